SELECT l.org_id AS org_id,
  '0Ps' || SUBSTR(l.id, 4) AS id,
  SUBSTR(p.package_id, 1, 15) AS metadata_package_id,
  SUBSTR(v.version_id, 1, 15) AS metadata_package_version_id,
  CASE WHEN l.status = 'Uninstalled' THEN 'u' ELSE 'i' END AS installed_status,
  CASE WHEN l.status = 'Uninstalled' THEN 'u' ELSE 'i' END AS installed_status__f,
  l.org_instance AS instance_name,
  l.org_instance__f AS instance_name__f,
  l.org_key AS org_key,
  LOWER(l.org_key) AS org_key__f,
  l.subscriber_org_name AS org_name,
  l.subscriber_org_name__f AS org_name__f,
  CASE l.org_status_formula WHEN 'ACTIVE' THEN 'Active' WHEN 'TRIAL' THEN 'Trial'
    WHEN 'FREE' THEN 'Free' ELSE 'Inactive' END AS org_status,
  CASE l.org_status_formula WHEN 'ACTIVE' THEN 'active' WHEN 'TRIAL' THEN 'trial'
    WHEN 'FREE' THEN 'free' ELSE 'inactive' END AS org_status__f,
  CASE WHEN l.subscriber_org_is_sandbox THEN 'Sandbox' ELSE 'Production' END AS org_type,
  CASE WHEN l.subscriber_org_is_sandbox THEN 'sandbox' ELSE 'production' END AS org_type__f,
  CAST(NULL AS TEXT) AS parent_org,
  CAST(NULL AS TEXT) AS parent_org__f,
  'None' AS custom_upgrade_type,
  'none' AS custom_upgrade_type__f,
  FALSE AS has_restriction_enabled,
  FALSE AS is_custom_upgrade_allowed
FROM licenses l
JOIN packages p ON p.org_id = l.org_id AND p.id = l.package
LEFT JOIN package_versions v ON v.org_id = l.org_id AND v.id = l.package_version
WHERE NOT l.is_deleted AND l.package_license_id IS NOT NULL
