CREATE TABLE licenses (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "owner_id" TEXT,
  "record_type_id" TEXT,
  "status" TEXT,
  "status__f" TEXT,
  "license_status" TEXT,
  "license_status__f" TEXT,
  "seats" REAL,
  "licensed_seats" TEXT,
  "licensed_seats__f" TEXT,
  "used_licenses" REAL,
  "expiration" TEXT,
  "expiration_date" TEXT,
  "expiration_date__f" TEXT,
  "install_date" TEXT,
  "last_modified" INTEGER,
  "license_type" TEXT,
  "license_type__f" TEXT,
  "help" TEXT,
  "help__f" TEXT,
  "lead" TEXT,
  "account" TEXT,
  "contact" TEXT,
  "package" TEXT,
  "package_version" TEXT,
  "version_number" TEXT,
  "version_number__f" TEXT,
  "package_version_number" TEXT,
  "package_version_number__f" TEXT,
  "subscriber_org_id" TEXT,
  "subscriber_org_id__f" TEXT,
  "subscriber_org_is_sandbox" INTEGER NOT NULL,
  "is_sandbox" INTEGER NOT NULL,
  "org_instance" TEXT,
  "org_instance__f" TEXT,
  "instance" TEXT,
  "instance__f" TEXT,
  "org_type" TEXT,
  "org_type__f" TEXT,
  "org_edition" TEXT,
  "org_edition__f" TEXT,
  "org_status_formula" TEXT,
  "org_status_formula__f" TEXT,
  "org_status" TEXT,
  "org_status__f" TEXT,
  "org_trial_expiration" TEXT,
  "org_trial_expiration__f" TEXT,
  "trial_expiration_date" TEXT,
  "trial_expiration_date__f" TEXT,
  "package_license_id" TEXT,
  "package_license_id__f" TEXT,
  "proxy_user" TEXT,
  "proxy_user__f" TEXT,
  "access_ends_at" INTEGER,
  "available_seats" REAL,
  "sync_state" TEXT,
  "sync_state__f" TEXT,
  "sync_error" TEXT,
  "sync_error__f" TEXT,
  "uninstalled_at" INTEGER,
  "subscriber_org_name" TEXT,
  "subscriber_org_name__f" TEXT,
  "subscriber_zone" TEXT,
  "org_key" TEXT,
  "terms_revision" INTEGER,
  "facts_revision" INTEGER,
  "out_seq" INTEGER,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_activity_date" TEXT,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX licenses_package_license_id__f_key ON licenses ("org_id", "package_license_id__f") WHERE NOT is_deleted;
CREATE INDEX licenses_name__f_idx ON licenses ("org_id", "name__f");
CREATE INDEX licenses_status__f_idx ON licenses ("org_id", "status__f");
CREATE INDEX licenses_expiration_idx ON licenses ("org_id", "expiration");
CREATE INDEX licenses_install_date_idx ON licenses ("org_id", "install_date");
CREATE INDEX licenses_subscriber_org_id__f_idx ON licenses ("org_id", "subscriber_org_id__f");
CREATE INDEX licenses_proxy_user__f_idx ON licenses ("org_id", "proxy_user__f");
CREATE INDEX licenses_access_ends_at_idx ON licenses ("org_id", "access_ends_at");
CREATE INDEX licenses_last_modified_date_idx ON licenses ("org_id", "last_modified_date");
CREATE INDEX licenses_system_modstamp_idx ON licenses ("org_id", "system_modstamp");
CREATE INDEX licenses_lead_idx ON licenses ("org_id", "lead");
CREATE INDEX licenses_account_idx ON licenses ("org_id", "account");
CREATE INDEX licenses_contact_idx ON licenses ("org_id", "contact");
CREATE INDEX licenses_package_idx ON licenses ("org_id", "package");
CREATE INDEX licenses_package_version_idx ON licenses ("org_id", "package_version");
CREATE TABLE license_histories (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "parent_id" TEXT,
  "created_by_id" TEXT,
  "created_date" INTEGER,
  "field" TEXT,
  "field__f" TEXT,
  "data_type" TEXT,
  "data_type__f" TEXT,
  "old_value" TEXT,
  "new_value" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX license_histories_created_date_idx ON license_histories ("org_id", "created_date");
CREATE INDEX license_histories_parent_id_idx ON license_histories ("org_id", "parent_id");
CREATE INDEX license_histories_parent_id_created_date_idx ON license_histories ("org_id", "parent_id", "created_date");
CREATE TABLE packages (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "owner_id" TEXT,
  "name" TEXT,
  "name__f" TEXT,
  "package_id" TEXT,
  "package_id__f" TEXT,
  "developer_name" TEXT,
  "developer_name__f" TEXT,
  "developer_org_id" TEXT,
  "developer_org_id__f" TEXT,
  "latest_version" TEXT,
  "latest_version__f" TEXT,
  "lead_manager" TEXT,
  "release_date" TEXT,
  "last_license_refresh" TEXT,
  "next_available_refresh" TEXT,
  "help" TEXT,
  "help__f" TEXT,
  "namespace" TEXT,
  "namespace__f" TEXT,
  "registration_state" TEXT,
  "registration_state__f" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_activity_date" TEXT,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX packages_name__f_idx ON packages ("org_id", "name__f");
CREATE INDEX packages_package_id__f_idx ON packages ("org_id", "package_id__f");
CREATE INDEX packages_namespace__f_idx ON packages ("org_id", "namespace__f");
CREATE INDEX packages_last_modified_date_idx ON packages ("org_id", "last_modified_date");
CREATE INDEX packages_system_modstamp_idx ON packages ("org_id", "system_modstamp");
CREATE INDEX packages_lead_manager_idx ON packages ("org_id", "lead_manager");
CREATE TABLE package_versions (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "owner_id" TEXT,
  "name" TEXT,
  "name__f" TEXT,
  "package" TEXT,
  "version" TEXT,
  "version__f" TEXT,
  "version_number" TEXT,
  "version_number__f" TEXT,
  "version_id" TEXT,
  "version_id__f" TEXT,
  "is_beta" INTEGER NOT NULL,
  "release_date" TEXT,
  "sequence" REAL,
  "help" TEXT,
  "help__f" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_versions_name__f_idx ON package_versions ("org_id", "name__f");
CREATE INDEX package_versions_version_id__f_idx ON package_versions ("org_id", "version_id__f");
CREATE INDEX package_versions_last_modified_date_idx ON package_versions ("org_id", "last_modified_date");
CREATE INDEX package_versions_system_modstamp_idx ON package_versions ("org_id", "system_modstamp");
CREATE INDEX package_versions_package_idx ON package_versions ("org_id", "package");
CREATE TABLE leads (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "master_record_id" TEXT,
  "last_name" TEXT,
  "last_name__f" TEXT,
  "first_name" TEXT,
  "first_name__f" TEXT,
  "name" TEXT,
  "name__f" TEXT,
  "salutation" TEXT,
  "salutation__f" TEXT,
  "title" TEXT,
  "title__f" TEXT,
  "company" TEXT,
  "company__f" TEXT,
  "street" TEXT,
  "street__f" TEXT,
  "city" TEXT,
  "city__f" TEXT,
  "state" TEXT,
  "state__f" TEXT,
  "postal_code" TEXT,
  "postal_code__f" TEXT,
  "country" TEXT,
  "country__f" TEXT,
  "latitude" REAL,
  "longitude" REAL,
  "geocode_accuracy" TEXT,
  "geocode_accuracy__f" TEXT,
  "phone" TEXT,
  "phone__f" TEXT,
  "mobile_phone" TEXT,
  "mobile_phone__f" TEXT,
  "fax" TEXT,
  "fax__f" TEXT,
  "email" TEXT,
  "email__f" TEXT,
  "website" TEXT,
  "website__f" TEXT,
  "description" TEXT,
  "lead_source" TEXT,
  "lead_source__f" TEXT,
  "status" TEXT,
  "status__f" TEXT,
  "industry" TEXT,
  "industry__f" TEXT,
  "rating" TEXT,
  "rating__f" TEXT,
  "annual_revenue" REAL,
  "number_of_employees" INTEGER,
  "owner_id" TEXT,
  "is_converted" INTEGER NOT NULL,
  "converted_date" TEXT,
  "converted_account_id" TEXT,
  "converted_contact_id" TEXT,
  "converted_opportunity_id" TEXT,
  "is_unread_by_owner" INTEGER NOT NULL,
  "email_bounced_reason" TEXT,
  "email_bounced_reason__f" TEXT,
  "email_bounced_date" INTEGER,
  "subscriber_org_type" TEXT,
  "subscriber_org_type__f" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_activity_date" TEXT,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX leads_name__f_idx ON leads ("org_id", "name__f");
CREATE INDEX leads_company__f_idx ON leads ("org_id", "company__f");
CREATE INDEX leads_email__f_idx ON leads ("org_id", "email__f");
CREATE INDEX leads_last_modified_date_idx ON leads ("org_id", "last_modified_date");
CREATE INDEX leads_system_modstamp_idx ON leads ("org_id", "system_modstamp");
CREATE TABLE lead_statuses (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "master_label" TEXT,
  "master_label__f" TEXT,
  "api_name" TEXT,
  "api_name__f" TEXT,
  "sort_order" INTEGER,
  "is_default" INTEGER NOT NULL,
  "is_converted" INTEGER NOT NULL,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX lead_statuses_api_name__f_key ON lead_statuses ("org_id", "api_name__f");
CREATE INDEX lead_statuses_last_modified_date_idx ON lead_statuses ("org_id", "last_modified_date");
CREATE INDEX lead_statuses_system_modstamp_idx ON lead_statuses ("org_id", "system_modstamp");
CREATE TABLE accounts (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "master_record_id" TEXT,
  "name" TEXT,
  "name__f" TEXT,
  "type" TEXT,
  "type__f" TEXT,
  "parent_id" TEXT,
  "billing_street" TEXT,
  "billing_street__f" TEXT,
  "billing_city" TEXT,
  "billing_city__f" TEXT,
  "billing_state" TEXT,
  "billing_state__f" TEXT,
  "billing_postal_code" TEXT,
  "billing_postal_code__f" TEXT,
  "billing_country" TEXT,
  "billing_country__f" TEXT,
  "billing_latitude" REAL,
  "billing_longitude" REAL,
  "billing_geocode_accuracy" TEXT,
  "billing_geocode_accuracy__f" TEXT,
  "shipping_street" TEXT,
  "shipping_street__f" TEXT,
  "shipping_city" TEXT,
  "shipping_city__f" TEXT,
  "shipping_state" TEXT,
  "shipping_state__f" TEXT,
  "shipping_postal_code" TEXT,
  "shipping_postal_code__f" TEXT,
  "shipping_country" TEXT,
  "shipping_country__f" TEXT,
  "shipping_latitude" REAL,
  "shipping_longitude" REAL,
  "shipping_geocode_accuracy" TEXT,
  "shipping_geocode_accuracy__f" TEXT,
  "phone" TEXT,
  "phone__f" TEXT,
  "fax" TEXT,
  "fax__f" TEXT,
  "account_number" TEXT,
  "account_number__f" TEXT,
  "website" TEXT,
  "website__f" TEXT,
  "industry" TEXT,
  "industry__f" TEXT,
  "rating" TEXT,
  "rating__f" TEXT,
  "ownership" TEXT,
  "ownership__f" TEXT,
  "account_source" TEXT,
  "account_source__f" TEXT,
  "annual_revenue" REAL,
  "number_of_employees" INTEGER,
  "site" TEXT,
  "site__f" TEXT,
  "description" TEXT,
  "owner_id" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_activity_date" TEXT,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_name__f_idx ON accounts ("org_id", "name__f");
CREATE INDEX accounts_last_modified_date_idx ON accounts ("org_id", "last_modified_date");
CREATE INDEX accounts_system_modstamp_idx ON accounts ("org_id", "system_modstamp");
CREATE INDEX accounts_parent_id_idx ON accounts ("org_id", "parent_id");
CREATE TABLE contacts (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "master_record_id" TEXT,
  "account_id" TEXT,
  "last_name" TEXT,
  "last_name__f" TEXT,
  "first_name" TEXT,
  "first_name__f" TEXT,
  "name" TEXT,
  "name__f" TEXT,
  "salutation" TEXT,
  "salutation__f" TEXT,
  "other_street" TEXT,
  "other_street__f" TEXT,
  "other_city" TEXT,
  "other_city__f" TEXT,
  "other_state" TEXT,
  "other_state__f" TEXT,
  "other_postal_code" TEXT,
  "other_postal_code__f" TEXT,
  "other_country" TEXT,
  "other_country__f" TEXT,
  "other_latitude" REAL,
  "other_longitude" REAL,
  "other_geocode_accuracy" TEXT,
  "other_geocode_accuracy__f" TEXT,
  "mailing_street" TEXT,
  "mailing_street__f" TEXT,
  "mailing_city" TEXT,
  "mailing_city__f" TEXT,
  "mailing_state" TEXT,
  "mailing_state__f" TEXT,
  "mailing_postal_code" TEXT,
  "mailing_postal_code__f" TEXT,
  "mailing_country" TEXT,
  "mailing_country__f" TEXT,
  "mailing_latitude" REAL,
  "mailing_longitude" REAL,
  "mailing_geocode_accuracy" TEXT,
  "mailing_geocode_accuracy__f" TEXT,
  "phone" TEXT,
  "phone__f" TEXT,
  "fax" TEXT,
  "fax__f" TEXT,
  "mobile_phone" TEXT,
  "mobile_phone__f" TEXT,
  "home_phone" TEXT,
  "home_phone__f" TEXT,
  "other_phone" TEXT,
  "other_phone__f" TEXT,
  "assistant_phone" TEXT,
  "assistant_phone__f" TEXT,
  "reports_to_id" TEXT,
  "email" TEXT,
  "email__f" TEXT,
  "title" TEXT,
  "title__f" TEXT,
  "department" TEXT,
  "department__f" TEXT,
  "lead_source" TEXT,
  "lead_source__f" TEXT,
  "birthdate" TEXT,
  "description" TEXT,
  "owner_id" TEXT,
  "is_email_bounced" INTEGER NOT NULL,
  "email_bounced_reason" TEXT,
  "email_bounced_reason__f" TEXT,
  "email_bounced_date" INTEGER,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_activity_date" TEXT,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_name__f_idx ON contacts ("org_id", "name__f");
CREATE INDEX contacts_email__f_idx ON contacts ("org_id", "email__f");
CREATE INDEX contacts_last_modified_date_idx ON contacts ("org_id", "last_modified_date");
CREATE INDEX contacts_system_modstamp_idx ON contacts ("org_id", "system_modstamp");
CREATE INDEX contacts_account_id_idx ON contacts ("org_id", "account_id");
CREATE TABLE opportunities (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "account_id" TEXT,
  "is_private" INTEGER NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "description" TEXT,
  "stage_name" TEXT,
  "stage_name__f" TEXT,
  "amount" REAL,
  "probability" REAL,
  "expected_revenue" REAL,
  "total_opportunity_quantity" REAL,
  "close_date" TEXT,
  "type" TEXT,
  "type__f" TEXT,
  "next_step" TEXT,
  "next_step__f" TEXT,
  "lead_source" TEXT,
  "lead_source__f" TEXT,
  "is_closed" INTEGER NOT NULL,
  "is_won" INTEGER NOT NULL,
  "forecast_category" TEXT,
  "forecast_category__f" TEXT,
  "forecast_category_name" TEXT,
  "forecast_category_name__f" TEXT,
  "owner_id" TEXT,
  "fiscal_year" INTEGER,
  "fiscal_quarter" INTEGER,
  "fiscal" TEXT,
  "fiscal__f" TEXT,
  "contact_id" TEXT,
  "last_stage_change_date" INTEGER,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_activity_date" TEXT,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX opportunities_name__f_idx ON opportunities ("org_id", "name__f");
CREATE INDEX opportunities_close_date_idx ON opportunities ("org_id", "close_date");
CREATE INDEX opportunities_last_modified_date_idx ON opportunities ("org_id", "last_modified_date");
CREATE INDEX opportunities_system_modstamp_idx ON opportunities ("org_id", "system_modstamp");
CREATE INDEX opportunities_account_id_idx ON opportunities ("org_id", "account_id");
CREATE INDEX opportunities_contact_id_idx ON opportunities ("org_id", "contact_id");
CREATE TABLE tasks (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_deleted" INTEGER NOT NULL,
  "who_id" TEXT,
  "what_id" TEXT,
  "subject" TEXT,
  "subject__f" TEXT,
  "activity_date" TEXT,
  "status" TEXT,
  "status__f" TEXT,
  "priority" TEXT,
  "priority__f" TEXT,
  "is_high_priority" INTEGER NOT NULL,
  "owner_id" TEXT,
  "description" TEXT,
  "account_id" TEXT,
  "is_closed" INTEGER NOT NULL,
  "completed_date_time" INTEGER,
  "task_subtype" TEXT,
  "task_subtype__f" TEXT,
  "is_archived" INTEGER NOT NULL,
  "is_recurrence" INTEGER NOT NULL,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "custom" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_activity_date_idx ON tasks ("org_id", "activity_date");
CREATE INDEX tasks_last_modified_date_idx ON tasks ("org_id", "last_modified_date");
CREATE INDEX tasks_system_modstamp_idx ON tasks ("org_id", "system_modstamp");
CREATE INDEX tasks_who_id_idx ON tasks ("org_id", "who_id");
CREATE INDEX tasks_what_id_idx ON tasks ("org_id", "what_id");
CREATE TABLE organizations (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "division" TEXT,
  "division__f" TEXT,
  "street" TEXT,
  "street__f" TEXT,
  "city" TEXT,
  "city__f" TEXT,
  "state" TEXT,
  "state__f" TEXT,
  "postal_code" TEXT,
  "postal_code__f" TEXT,
  "country" TEXT,
  "country__f" TEXT,
  "latitude" REAL,
  "longitude" REAL,
  "geocode_accuracy" TEXT,
  "geocode_accuracy__f" TEXT,
  "phone" TEXT,
  "phone__f" TEXT,
  "fax" TEXT,
  "fax__f" TEXT,
  "primary_contact" TEXT,
  "primary_contact__f" TEXT,
  "default_locale_sid_key" TEXT,
  "default_locale_sid_key__f" TEXT,
  "language_locale_key" TEXT,
  "language_locale_key__f" TEXT,
  "time_zone_sid_key" TEXT,
  "time_zone_sid_key__f" TEXT,
  "fiscal_year_start_month" INTEGER,
  "organization_type" TEXT,
  "organization_type__f" TEXT,
  "instance_name" TEXT,
  "instance_name__f" TEXT,
  "is_sandbox" INTEGER NOT NULL,
  "trial_expiration_date" INTEGER,
  "namespace_prefix" TEXT,
  "namespace_prefix__f" TEXT,
  "is_read_only" INTEGER NOT NULL,
  "signup_country_iso_code" TEXT,
  "signup_country_iso_code__f" TEXT,
  "default_account_access" TEXT,
  "default_account_access__f" TEXT,
  "default_contact_access" TEXT,
  "default_contact_access__f" TEXT,
  "default_opportunity_access" TEXT,
  "default_opportunity_access__f" TEXT,
  "default_lead_access" TEXT,
  "default_lead_access__f" TEXT,
  "default_case_access" TEXT,
  "default_case_access__f" TEXT,
  "domain" TEXT,
  "status" TEXT,
  "edition" TEXT,
  "is_packaging" INTEGER NOT NULL,
  "is_business" INTEGER NOT NULL,
  "picklists_on" INTEGER NOT NULL,
  "lma_user" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX organizations__idx ON organizations ("org_id");
CREATE INDEX organizations_name__f_idx ON organizations ("org_id", "name__f");
CREATE INDEX organizations_last_modified_date_idx ON organizations ("org_id", "last_modified_date");
CREATE INDEX organizations_system_modstamp_idx ON organizations ("org_id", "system_modstamp");
CREATE TABLE users (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "username" TEXT,
  "username__f" TEXT,
  "last_name" TEXT,
  "last_name__f" TEXT,
  "first_name" TEXT,
  "first_name__f" TEXT,
  "name" TEXT,
  "name__f" TEXT,
  "company_name" TEXT,
  "company_name__f" TEXT,
  "division" TEXT,
  "division__f" TEXT,
  "department" TEXT,
  "department__f" TEXT,
  "title" TEXT,
  "title__f" TEXT,
  "email" TEXT,
  "email__f" TEXT,
  "phone" TEXT,
  "phone__f" TEXT,
  "mobile_phone" TEXT,
  "mobile_phone__f" TEXT,
  "fax" TEXT,
  "fax__f" TEXT,
  "extension" TEXT,
  "extension__f" TEXT,
  "employee_number" TEXT,
  "employee_number__f" TEXT,
  "about_me" TEXT,
  "street" TEXT,
  "street__f" TEXT,
  "city" TEXT,
  "city__f" TEXT,
  "state" TEXT,
  "state__f" TEXT,
  "postal_code" TEXT,
  "postal_code__f" TEXT,
  "country" TEXT,
  "country__f" TEXT,
  "latitude" REAL,
  "longitude" REAL,
  "geocode_accuracy" TEXT,
  "geocode_accuracy__f" TEXT,
  "alias" TEXT,
  "alias__f" TEXT,
  "community_nickname" TEXT,
  "community_nickname__f" TEXT,
  "is_active" INTEGER NOT NULL,
  "profile_id" TEXT,
  "manager_id" TEXT,
  "user_type" TEXT,
  "user_type__f" TEXT,
  "federation_identifier" TEXT,
  "federation_identifier__f" TEXT,
  "last_login_date" INTEGER,
  "last_password_change_date" INTEGER,
  "password_expiration_date" INTEGER,
  "contact_id" TEXT,
  "account_id" TEXT,
  "small_photo_url" TEXT,
  "small_photo_url__f" TEXT,
  "full_photo_url" TEXT,
  "full_photo_url__f" TEXT,
  "time_zone_sid_key" TEXT,
  "time_zone_sid_key__f" TEXT,
  "locale_sid_key" TEXT,
  "locale_sid_key__f" TEXT,
  "language_locale_key" TEXT,
  "language_locale_key__f" TEXT,
  "email_encoding_key" TEXT,
  "email_encoding_key__f" TEXT,
  "digest_frequency" TEXT,
  "digest_frequency__f" TEXT,
  "default_group_notification_frequency" TEXT,
  "default_group_notification_frequency__f" TEXT,
  "user_permissions_marketing_user" INTEGER NOT NULL,
  "user_permissions_offline_user" INTEGER NOT NULL,
  "user_permissions_sfcontent_user" INTEGER NOT NULL,
  "user_permissions_knowledge_user" INTEGER NOT NULL,
  "user_permissions_interaction_user" INTEGER NOT NULL,
  "user_permissions_support_user" INTEGER NOT NULL,
  "user_permissions_call_center_auto_login" INTEGER NOT NULL,
  "user_preferences_lightning_experience_preferred" INTEGER NOT NULL,
  "external_id" TEXT,
  "failed_logins" INTEGER,
  "locked_until" INTEGER,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  "last_viewed_date" INTEGER,
  "last_referenced_date" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_username__f_key ON users ("org_id", "username__f");
CREATE UNIQUE INDEX users_community_nickname__f_key ON users ("org_id", "community_nickname__f");
CREATE UNIQUE INDEX users_external_id_key ON users ("org_id", "external_id");
CREATE INDEX users_name__f_idx ON users ("org_id", "name__f");
CREATE INDEX users_email__f_idx ON users ("org_id", "email__f");
CREATE INDEX users_federation_identifier__f_idx ON users ("org_id", "federation_identifier__f");
CREATE INDEX users_last_modified_date_idx ON users ("org_id", "last_modified_date");
CREATE INDEX users_system_modstamp_idx ON users ("org_id", "system_modstamp");
CREATE INDEX users_profile_id_idx ON users ("org_id", "profile_id");
CREATE INDEX users_manager_id_idx ON users ("org_id", "manager_id");
CREATE INDEX users_contact_id_idx ON users ("org_id", "contact_id");
CREATE INDEX users_account_id_idx ON users ("org_id", "account_id");
CREATE TABLE profiles (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "user_type" TEXT,
  "user_type__f" TEXT,
  "description" TEXT,
  "description__f" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX profiles_name__f_key ON profiles ("org_id", "name__f");
CREATE INDEX profiles_last_modified_date_idx ON profiles ("org_id", "last_modified_date");
CREATE INDEX profiles_system_modstamp_idx ON profiles ("org_id", "system_modstamp");
CREATE TABLE permission_sets (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "label" TEXT,
  "label__f" TEXT,
  "description" TEXT,
  "description__f" TEXT,
  "is_owned_by_profile" INTEGER NOT NULL,
  "profile_id" TEXT,
  "is_custom" INTEGER NOT NULL,
  "type" TEXT,
  "type__f" TEXT,
  "namespace_prefix" TEXT,
  "namespace_prefix__f" TEXT,
  "grants" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX permission_sets_name__f_key ON permission_sets ("org_id", "name__f");
CREATE INDEX permission_sets_profile_id_idx ON permission_sets ("org_id", "profile_id");
CREATE INDEX permission_sets_last_modified_date_idx ON permission_sets ("org_id", "last_modified_date");
CREATE INDEX permission_sets_system_modstamp_idx ON permission_sets ("org_id", "system_modstamp");
CREATE TABLE groups (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "developer_name" TEXT,
  "developer_name__f" TEXT,
  "related_id" TEXT,
  "type" TEXT,
  "type__f" TEXT,
  "email" TEXT,
  "email__f" TEXT,
  "owner_id" TEXT,
  "does_send_email_to_members" INTEGER NOT NULL,
  "does_include_bosses" INTEGER NOT NULL,
  "description" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_last_modified_date_idx ON groups ("org_id", "last_modified_date");
CREATE INDEX groups_system_modstamp_idx ON groups ("org_id", "system_modstamp");
CREATE TABLE record_types (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "developer_name" TEXT,
  "developer_name__f" TEXT,
  "namespace_prefix" TEXT,
  "namespace_prefix__f" TEXT,
  "description" TEXT,
  "description__f" TEXT,
  "sobject_type" TEXT,
  "sobject_type__f" TEXT,
  "is_active" INTEGER NOT NULL,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_types_sobject_type__f_developer_name__f_key ON record_types ("org_id", "sobject_type__f", "developer_name__f");
CREATE INDEX record_types_last_modified_date_idx ON record_types ("org_id", "last_modified_date");
CREATE INDEX record_types_system_modstamp_idx ON record_types ("org_id", "system_modstamp");
CREATE TABLE package_licenses (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "is_provisioned" INTEGER NOT NULL,
  "allowed_licenses" INTEGER,
  "used_licenses" INTEGER,
  "expiration_date" INTEGER,
  "namespace_prefix" TEXT,
  "namespace_prefix__f" TEXT,
  "is_available_for_integrations" INTEGER NOT NULL,
  "created_date" INTEGER,
  "last_modified_date" INTEGER,
  "system_modstamp" INTEGER,
  "package_id" TEXT,
  "version_id" TEXT,
  "version_number" TEXT,
  "terms_status" TEXT,
  "expires_on" TEXT,
  "install_date" TEXT,
  "terms_revision" INTEGER,
  "facts_revision" INTEGER,
  "out_seq" INTEGER,
  "publisher_org" TEXT,
  "key_hash" TEXT,
  "key_generation" INTEGER,
  "access" TEXT,
  "uninstalled_at" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX package_licenses_package_id_key ON package_licenses ("org_id", "package_id");
CREATE UNIQUE INDEX package_licenses_namespace_prefix__f_key ON package_licenses ("org_id", "namespace_prefix__f");
CREATE INDEX package_licenses_expiration_date_idx ON package_licenses ("org_id", "expiration_date");
CREATE INDEX package_licenses_last_modified_date_idx ON package_licenses ("org_id", "last_modified_date");
CREATE INDEX package_licenses_system_modstamp_idx ON package_licenses ("org_id", "system_modstamp");
CREATE TABLE user_package_licenses (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "package_license_id" TEXT,
  "user_id" TEXT,
  "is_revoked" INTEGER NOT NULL,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_package_licenses_package_license_id_user_id_key ON user_package_licenses ("org_id", "package_license_id", "user_id");
CREATE INDEX user_package_licenses_user_id_idx ON user_package_licenses ("org_id", "user_id");
CREATE INDEX user_package_licenses_last_modified_date_idx ON user_package_licenses ("org_id", "last_modified_date");
CREATE INDEX user_package_licenses_system_modstamp_idx ON user_package_licenses ("org_id", "system_modstamp");
CREATE TABLE metadata_packages (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "namespace_prefix" TEXT,
  "namespace_prefix__f" TEXT,
  "package_category" TEXT,
  "package_category__f" TEXT,
  "managed" INTEGER NOT NULL,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_packages__idx ON metadata_packages ("org_id");
CREATE INDEX metadata_packages_namespace_prefix__f_idx ON metadata_packages ("org_id", "namespace_prefix__f");
CREATE INDEX metadata_packages_last_modified_date_idx ON metadata_packages ("org_id", "last_modified_date");
CREATE INDEX metadata_packages_system_modstamp_idx ON metadata_packages ("org_id", "system_modstamp");
CREATE TABLE metadata_package_versions (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT,
  "name__f" TEXT,
  "metadata_package_id" TEXT,
  "release_state" TEXT,
  "release_state__f" TEXT,
  "major_version" INTEGER,
  "minor_version" INTEGER,
  "patch_version" INTEGER,
  "build_number" INTEGER,
  "is_deprecated" INTEGER NOT NULL,
  "uploaded_at" INTEGER,
  "notes" TEXT,
  "artifact_url" TEXT,
  "artifact_sha256" TEXT,
  "created_date" INTEGER,
  "created_by_id" TEXT,
  "last_modified_date" INTEGER,
  "last_modified_by_id" TEXT,
  "system_modstamp" INTEGER,
  PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_package_versions__idx ON metadata_package_versions ("org_id");
CREATE INDEX metadata_package_versions_metadata_package_id_idx ON metadata_package_versions ("org_id", "metadata_package_id");
CREATE INDEX metadata_package_versions_last_modified_date_idx ON metadata_package_versions ("org_id", "last_modified_date");
CREATE INDEX metadata_package_versions_system_modstamp_idx ON metadata_package_versions ("org_id", "system_modstamp");
CREATE TABLE meta (
  "name" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
CREATE TABLE feed (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  "xid" INTEGER NOT NULL,
  "topic" TEXT NOT NULL,
  "org_id" TEXT NOT NULL,
  "subject" TEXT
);
CREATE INDEX feed_xid_idx ON feed ("xid");
CREATE TABLE domains (
  "name" TEXT NOT NULL,
  "org_id" TEXT NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
CREATE TABLE namespaces (
  "name" TEXT NOT NULL,
  "org_id" TEXT NOT NULL,
  "package_id" TEXT NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
CREATE TABLE registrations (
  "package_id" TEXT NOT NULL,
  "org_id" TEXT NOT NULL,
  "defaults" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "reason" TEXT,
  "requested_at" INTEGER NOT NULL,
  "done_at" INTEGER,
  PRIMARY KEY (package_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX registrations__idx ON registrations ("org_id");
CREATE TABLE usernames (
  "name" TEXT NOT NULL,
  "org_id" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
CREATE TABLE credentials (
  "org_id" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "password_hash" TEXT NOT NULL,
  "changed_at" INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
  "org_id" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "client_id" TEXT,
  "kind" TEXT NOT NULL,
  "created_at" INTEGER NOT NULL,
  "expires_at" INTEGER NOT NULL,
  PRIMARY KEY (org_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_user_id_idx ON tokens ("org_id", "user_id");
CREATE INDEX tokens_expires_at_idx ON tokens ("expires_at");
CREATE TABLE oauth_clients (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "secret_hash" TEXT NOT NULL,
  "grants" TEXT NOT NULL,
  "run_as" TEXT,
  "created_at" INTEGER NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE permission_set_assignments (
  "org_id" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "permission_set_id" TEXT NOT NULL,
  PRIMARY KEY (org_id, user_id, permission_set_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "to_org" TEXT NOT NULL,
  "queue" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  "created_at" INTEGER NOT NULL,
  "due_at" INTEGER NOT NULL,
  "lease_until" INTEGER NOT NULL,
  "attempts" INTEGER NOT NULL,
  "reason" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbox_queue_seq_key ON outbox ("org_id", "queue", "seq");
CREATE INDEX outbox_due_at_idx ON outbox ("org_id", "due_at");
CREATE TABLE inbox (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "from_org" TEXT NOT NULL,
  "queue" TEXT NOT NULL,
  "seq" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  "received_at" INTEGER NOT NULL,
  "done_at" INTEGER,
  "due_at" INTEGER NOT NULL,
  "lease_until" INTEGER NOT NULL,
  "attempts" INTEGER NOT NULL,
  "reason_code" TEXT,
  "reason" TEXT,
  "fix" TEXT,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_queue_seq_idx ON inbox ("org_id", "queue", "seq") WHERE done_at IS NULL;
CREATE INDEX inbox_due_at_idx ON inbox ("org_id", "due_at") WHERE done_at IS NULL;
CREATE INDEX inbox_done_at_idx ON inbox ("done_at") WHERE done_at IS NOT NULL;
CREATE TABLE counters (
  "org_id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "value" INTEGER NOT NULL,
  PRIMARY KEY (org_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE connections (
  "org_id" TEXT NOT NULL,
  "packaging_org" TEXT NOT NULL,
  "connected_by" TEXT NOT NULL,
  "connected_at" INTEGER NOT NULL,
  PRIMARY KEY (org_id, packaging_org)
) STRICT, WITHOUT ROWID;
CREATE TABLE installs (
  "org_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "package_id" TEXT NOT NULL,
  "version_id" TEXT NOT NULL,
  "package_license" TEXT,
  "stage" TEXT NOT NULL,
  "reason" TEXT,
  "access" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "unseated" INTEGER NOT NULL,
  "unseated_first" TEXT,
  "minted_key" INTEGER NOT NULL,
  "requested_at" INTEGER NOT NULL,
  "finished_at" INTEGER,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX installs_package_id_idx ON installs ("org_id", "package_id");
CREATE TABLE idempotency (
  "org_id" TEXT NOT NULL,
  "actor" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "idempotency_key" TEXT NOT NULL,
  "body_hash" TEXT NOT NULL,
  "started_at" INTEGER NOT NULL,
  "subject" TEXT,
  "status" INTEGER,
  "answer" TEXT,
  PRIMARY KEY (org_id, actor, route, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_started_at_idx ON idempotency ("started_at");
CREATE TABLE custom_fields (
  "org_id" TEXT NOT NULL,
  "object" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "definition" TEXT NOT NULL,
  "created_at" INTEGER NOT NULL,
  PRIMARY KEY (org_id, object, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE custom_values (
  "org_id" TEXT NOT NULL,
  "object" TEXT NOT NULL,
  "field" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "holder" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  PRIMARY KEY (org_id, object, field, value, holder)
) STRICT, WITHOUT ROWID;
CREATE INDEX custom_values_id_idx ON custom_values ("org_id", "id");
DROP VIEW IF EXISTS package_subscribers;
CREATE VIEW package_subscribers AS
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
;
