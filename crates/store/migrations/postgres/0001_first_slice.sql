CREATE TABLE licenses (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "owner_id" TEXT COLLATE "C",
  "record_type_id" TEXT COLLATE "C",
  "status" TEXT COLLATE "C",
  "status__f" TEXT COLLATE "C",
  "license_status" TEXT COLLATE "C",
  "license_status__f" TEXT COLLATE "C",
  "seats" DOUBLE PRECISION,
  "licensed_seats" TEXT COLLATE "C",
  "licensed_seats__f" TEXT COLLATE "C",
  "used_licenses" DOUBLE PRECISION,
  "expiration" TEXT COLLATE "C",
  "expiration_date" TEXT COLLATE "C",
  "expiration_date__f" TEXT COLLATE "C",
  "install_date" TEXT COLLATE "C",
  "last_modified" BIGINT,
  "license_type" TEXT COLLATE "C",
  "license_type__f" TEXT COLLATE "C",
  "help" TEXT COLLATE "C",
  "help__f" TEXT COLLATE "C",
  "lead" TEXT COLLATE "C",
  "account" TEXT COLLATE "C",
  "contact" TEXT COLLATE "C",
  "package" TEXT COLLATE "C",
  "package_version" TEXT COLLATE "C",
  "version_number" TEXT COLLATE "C",
  "version_number__f" TEXT COLLATE "C",
  "package_version_number" TEXT COLLATE "C",
  "package_version_number__f" TEXT COLLATE "C",
  "subscriber_org_id" TEXT COLLATE "C",
  "subscriber_org_id__f" TEXT COLLATE "C",
  "subscriber_org_is_sandbox" BOOLEAN NOT NULL,
  "is_sandbox" BOOLEAN NOT NULL,
  "org_instance" TEXT COLLATE "C",
  "org_instance__f" TEXT COLLATE "C",
  "instance" TEXT COLLATE "C",
  "instance__f" TEXT COLLATE "C",
  "org_type" TEXT COLLATE "C",
  "org_type__f" TEXT COLLATE "C",
  "org_edition" TEXT COLLATE "C",
  "org_edition__f" TEXT COLLATE "C",
  "org_status_formula" TEXT COLLATE "C",
  "org_status_formula__f" TEXT COLLATE "C",
  "org_status" TEXT COLLATE "C",
  "org_status__f" TEXT COLLATE "C",
  "org_trial_expiration" TEXT COLLATE "C",
  "org_trial_expiration__f" TEXT COLLATE "C",
  "trial_expiration_date" TEXT COLLATE "C",
  "trial_expiration_date__f" TEXT COLLATE "C",
  "package_license_id" TEXT COLLATE "C",
  "package_license_id__f" TEXT COLLATE "C",
  "proxy_user" TEXT COLLATE "C",
  "proxy_user__f" TEXT COLLATE "C",
  "access_ends_at" BIGINT,
  "available_seats" DOUBLE PRECISION,
  "sync_state" TEXT COLLATE "C",
  "sync_state__f" TEXT COLLATE "C",
  "sync_error" TEXT COLLATE "C",
  "sync_error__f" TEXT COLLATE "C",
  "uninstalled_at" BIGINT,
  "subscriber_org_name" TEXT COLLATE "C",
  "subscriber_org_name__f" TEXT COLLATE "C",
  "subscriber_zone" TEXT COLLATE "C",
  "org_key" TEXT COLLATE "C",
  "terms_revision" BIGINT,
  "facts_revision" BIGINT,
  "out_seq" BIGINT,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_activity_date" TEXT COLLATE "C",
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
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
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "parent_id" TEXT COLLATE "C",
  "created_by_id" TEXT COLLATE "C",
  "created_date" BIGINT,
  "field" TEXT COLLATE "C",
  "field__f" TEXT COLLATE "C",
  "data_type" TEXT COLLATE "C",
  "data_type__f" TEXT COLLATE "C",
  "old_value" TEXT COLLATE "C",
  "new_value" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX license_histories_created_date_idx ON license_histories ("org_id", "created_date");
CREATE INDEX license_histories_parent_id_idx ON license_histories ("org_id", "parent_id");
CREATE INDEX license_histories_parent_id_created_date_idx ON license_histories ("org_id", "parent_id", "created_date");
CREATE TABLE packages (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "owner_id" TEXT COLLATE "C",
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "package_id" TEXT COLLATE "C",
  "package_id__f" TEXT COLLATE "C",
  "developer_name" TEXT COLLATE "C",
  "developer_name__f" TEXT COLLATE "C",
  "developer_org_id" TEXT COLLATE "C",
  "developer_org_id__f" TEXT COLLATE "C",
  "latest_version" TEXT COLLATE "C",
  "latest_version__f" TEXT COLLATE "C",
  "lead_manager" TEXT COLLATE "C",
  "release_date" TEXT COLLATE "C",
  "last_license_refresh" TEXT COLLATE "C",
  "next_available_refresh" TEXT COLLATE "C",
  "help" TEXT COLLATE "C",
  "help__f" TEXT COLLATE "C",
  "namespace" TEXT COLLATE "C",
  "namespace__f" TEXT COLLATE "C",
  "registration_state" TEXT COLLATE "C",
  "registration_state__f" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_activity_date" TEXT COLLATE "C",
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX packages_name__f_idx ON packages ("org_id", "name__f");
CREATE INDEX packages_package_id__f_idx ON packages ("org_id", "package_id__f");
CREATE INDEX packages_namespace__f_idx ON packages ("org_id", "namespace__f");
CREATE INDEX packages_last_modified_date_idx ON packages ("org_id", "last_modified_date");
CREATE INDEX packages_system_modstamp_idx ON packages ("org_id", "system_modstamp");
CREATE INDEX packages_lead_manager_idx ON packages ("org_id", "lead_manager");
CREATE TABLE package_versions (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "owner_id" TEXT COLLATE "C",
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "package" TEXT COLLATE "C",
  "version" TEXT COLLATE "C",
  "version__f" TEXT COLLATE "C",
  "version_number" TEXT COLLATE "C",
  "version_number__f" TEXT COLLATE "C",
  "version_id" TEXT COLLATE "C",
  "version_id__f" TEXT COLLATE "C",
  "is_beta" BOOLEAN NOT NULL,
  "release_date" TEXT COLLATE "C",
  "sequence" DOUBLE PRECISION,
  "help" TEXT COLLATE "C",
  "help__f" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX package_versions_name__f_idx ON package_versions ("org_id", "name__f");
CREATE INDEX package_versions_version_id__f_idx ON package_versions ("org_id", "version_id__f");
CREATE INDEX package_versions_last_modified_date_idx ON package_versions ("org_id", "last_modified_date");
CREATE INDEX package_versions_system_modstamp_idx ON package_versions ("org_id", "system_modstamp");
CREATE INDEX package_versions_package_idx ON package_versions ("org_id", "package");
CREATE TABLE leads (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "master_record_id" TEXT COLLATE "C",
  "last_name" TEXT COLLATE "C",
  "last_name__f" TEXT COLLATE "C",
  "first_name" TEXT COLLATE "C",
  "first_name__f" TEXT COLLATE "C",
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "salutation" TEXT COLLATE "C",
  "salutation__f" TEXT COLLATE "C",
  "title" TEXT COLLATE "C",
  "title__f" TEXT COLLATE "C",
  "company" TEXT COLLATE "C",
  "company__f" TEXT COLLATE "C",
  "street" TEXT COLLATE "C",
  "street__f" TEXT COLLATE "C",
  "city" TEXT COLLATE "C",
  "city__f" TEXT COLLATE "C",
  "state" TEXT COLLATE "C",
  "state__f" TEXT COLLATE "C",
  "postal_code" TEXT COLLATE "C",
  "postal_code__f" TEXT COLLATE "C",
  "country" TEXT COLLATE "C",
  "country__f" TEXT COLLATE "C",
  "latitude" DOUBLE PRECISION,
  "longitude" DOUBLE PRECISION,
  "geocode_accuracy" TEXT COLLATE "C",
  "geocode_accuracy__f" TEXT COLLATE "C",
  "phone" TEXT COLLATE "C",
  "phone__f" TEXT COLLATE "C",
  "mobile_phone" TEXT COLLATE "C",
  "mobile_phone__f" TEXT COLLATE "C",
  "fax" TEXT COLLATE "C",
  "fax__f" TEXT COLLATE "C",
  "email" TEXT COLLATE "C",
  "email__f" TEXT COLLATE "C",
  "website" TEXT COLLATE "C",
  "website__f" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "lead_source" TEXT COLLATE "C",
  "lead_source__f" TEXT COLLATE "C",
  "status" TEXT COLLATE "C",
  "status__f" TEXT COLLATE "C",
  "industry" TEXT COLLATE "C",
  "industry__f" TEXT COLLATE "C",
  "rating" TEXT COLLATE "C",
  "rating__f" TEXT COLLATE "C",
  "annual_revenue" DOUBLE PRECISION,
  "number_of_employees" BIGINT,
  "owner_id" TEXT COLLATE "C",
  "is_converted" BOOLEAN NOT NULL,
  "converted_date" TEXT COLLATE "C",
  "converted_account_id" TEXT COLLATE "C",
  "converted_contact_id" TEXT COLLATE "C",
  "converted_opportunity_id" TEXT COLLATE "C",
  "is_unread_by_owner" BOOLEAN NOT NULL,
  "email_bounced_reason" TEXT COLLATE "C",
  "email_bounced_reason__f" TEXT COLLATE "C",
  "email_bounced_date" BIGINT,
  "subscriber_org_type" TEXT COLLATE "C",
  "subscriber_org_type__f" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_activity_date" TEXT COLLATE "C",
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX leads_name__f_idx ON leads ("org_id", "name__f");
CREATE INDEX leads_company__f_idx ON leads ("org_id", "company__f");
CREATE INDEX leads_email__f_idx ON leads ("org_id", "email__f");
CREATE INDEX leads_last_modified_date_idx ON leads ("org_id", "last_modified_date");
CREATE INDEX leads_system_modstamp_idx ON leads ("org_id", "system_modstamp");
CREATE TABLE lead_statuses (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "master_label" TEXT COLLATE "C",
  "master_label__f" TEXT COLLATE "C",
  "api_name" TEXT COLLATE "C",
  "api_name__f" TEXT COLLATE "C",
  "sort_order" BIGINT,
  "is_default" BOOLEAN NOT NULL,
  "is_converted" BOOLEAN NOT NULL,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX lead_statuses_api_name__f_key ON lead_statuses ("org_id", "api_name__f");
CREATE INDEX lead_statuses_last_modified_date_idx ON lead_statuses ("org_id", "last_modified_date");
CREATE INDEX lead_statuses_system_modstamp_idx ON lead_statuses ("org_id", "system_modstamp");
CREATE TABLE accounts (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "master_record_id" TEXT COLLATE "C",
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "type" TEXT COLLATE "C",
  "type__f" TEXT COLLATE "C",
  "parent_id" TEXT COLLATE "C",
  "billing_street" TEXT COLLATE "C",
  "billing_street__f" TEXT COLLATE "C",
  "billing_city" TEXT COLLATE "C",
  "billing_city__f" TEXT COLLATE "C",
  "billing_state" TEXT COLLATE "C",
  "billing_state__f" TEXT COLLATE "C",
  "billing_postal_code" TEXT COLLATE "C",
  "billing_postal_code__f" TEXT COLLATE "C",
  "billing_country" TEXT COLLATE "C",
  "billing_country__f" TEXT COLLATE "C",
  "billing_latitude" DOUBLE PRECISION,
  "billing_longitude" DOUBLE PRECISION,
  "billing_geocode_accuracy" TEXT COLLATE "C",
  "billing_geocode_accuracy__f" TEXT COLLATE "C",
  "shipping_street" TEXT COLLATE "C",
  "shipping_street__f" TEXT COLLATE "C",
  "shipping_city" TEXT COLLATE "C",
  "shipping_city__f" TEXT COLLATE "C",
  "shipping_state" TEXT COLLATE "C",
  "shipping_state__f" TEXT COLLATE "C",
  "shipping_postal_code" TEXT COLLATE "C",
  "shipping_postal_code__f" TEXT COLLATE "C",
  "shipping_country" TEXT COLLATE "C",
  "shipping_country__f" TEXT COLLATE "C",
  "shipping_latitude" DOUBLE PRECISION,
  "shipping_longitude" DOUBLE PRECISION,
  "shipping_geocode_accuracy" TEXT COLLATE "C",
  "shipping_geocode_accuracy__f" TEXT COLLATE "C",
  "phone" TEXT COLLATE "C",
  "phone__f" TEXT COLLATE "C",
  "fax" TEXT COLLATE "C",
  "fax__f" TEXT COLLATE "C",
  "account_number" TEXT COLLATE "C",
  "account_number__f" TEXT COLLATE "C",
  "website" TEXT COLLATE "C",
  "website__f" TEXT COLLATE "C",
  "industry" TEXT COLLATE "C",
  "industry__f" TEXT COLLATE "C",
  "rating" TEXT COLLATE "C",
  "rating__f" TEXT COLLATE "C",
  "ownership" TEXT COLLATE "C",
  "ownership__f" TEXT COLLATE "C",
  "account_source" TEXT COLLATE "C",
  "account_source__f" TEXT COLLATE "C",
  "annual_revenue" DOUBLE PRECISION,
  "number_of_employees" BIGINT,
  "site" TEXT COLLATE "C",
  "site__f" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "owner_id" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_activity_date" TEXT COLLATE "C",
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX accounts_name__f_idx ON accounts ("org_id", "name__f");
CREATE INDEX accounts_last_modified_date_idx ON accounts ("org_id", "last_modified_date");
CREATE INDEX accounts_system_modstamp_idx ON accounts ("org_id", "system_modstamp");
CREATE INDEX accounts_parent_id_idx ON accounts ("org_id", "parent_id");
CREATE TABLE contacts (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "master_record_id" TEXT COLLATE "C",
  "account_id" TEXT COLLATE "C",
  "last_name" TEXT COLLATE "C",
  "last_name__f" TEXT COLLATE "C",
  "first_name" TEXT COLLATE "C",
  "first_name__f" TEXT COLLATE "C",
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "salutation" TEXT COLLATE "C",
  "salutation__f" TEXT COLLATE "C",
  "other_street" TEXT COLLATE "C",
  "other_street__f" TEXT COLLATE "C",
  "other_city" TEXT COLLATE "C",
  "other_city__f" TEXT COLLATE "C",
  "other_state" TEXT COLLATE "C",
  "other_state__f" TEXT COLLATE "C",
  "other_postal_code" TEXT COLLATE "C",
  "other_postal_code__f" TEXT COLLATE "C",
  "other_country" TEXT COLLATE "C",
  "other_country__f" TEXT COLLATE "C",
  "other_latitude" DOUBLE PRECISION,
  "other_longitude" DOUBLE PRECISION,
  "other_geocode_accuracy" TEXT COLLATE "C",
  "other_geocode_accuracy__f" TEXT COLLATE "C",
  "mailing_street" TEXT COLLATE "C",
  "mailing_street__f" TEXT COLLATE "C",
  "mailing_city" TEXT COLLATE "C",
  "mailing_city__f" TEXT COLLATE "C",
  "mailing_state" TEXT COLLATE "C",
  "mailing_state__f" TEXT COLLATE "C",
  "mailing_postal_code" TEXT COLLATE "C",
  "mailing_postal_code__f" TEXT COLLATE "C",
  "mailing_country" TEXT COLLATE "C",
  "mailing_country__f" TEXT COLLATE "C",
  "mailing_latitude" DOUBLE PRECISION,
  "mailing_longitude" DOUBLE PRECISION,
  "mailing_geocode_accuracy" TEXT COLLATE "C",
  "mailing_geocode_accuracy__f" TEXT COLLATE "C",
  "phone" TEXT COLLATE "C",
  "phone__f" TEXT COLLATE "C",
  "fax" TEXT COLLATE "C",
  "fax__f" TEXT COLLATE "C",
  "mobile_phone" TEXT COLLATE "C",
  "mobile_phone__f" TEXT COLLATE "C",
  "home_phone" TEXT COLLATE "C",
  "home_phone__f" TEXT COLLATE "C",
  "other_phone" TEXT COLLATE "C",
  "other_phone__f" TEXT COLLATE "C",
  "assistant_phone" TEXT COLLATE "C",
  "assistant_phone__f" TEXT COLLATE "C",
  "reports_to_id" TEXT COLLATE "C",
  "email" TEXT COLLATE "C",
  "email__f" TEXT COLLATE "C",
  "title" TEXT COLLATE "C",
  "title__f" TEXT COLLATE "C",
  "department" TEXT COLLATE "C",
  "department__f" TEXT COLLATE "C",
  "lead_source" TEXT COLLATE "C",
  "lead_source__f" TEXT COLLATE "C",
  "birthdate" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "owner_id" TEXT COLLATE "C",
  "is_email_bounced" BOOLEAN NOT NULL,
  "email_bounced_reason" TEXT COLLATE "C",
  "email_bounced_reason__f" TEXT COLLATE "C",
  "email_bounced_date" BIGINT,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_activity_date" TEXT COLLATE "C",
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX contacts_name__f_idx ON contacts ("org_id", "name__f");
CREATE INDEX contacts_email__f_idx ON contacts ("org_id", "email__f");
CREATE INDEX contacts_last_modified_date_idx ON contacts ("org_id", "last_modified_date");
CREATE INDEX contacts_system_modstamp_idx ON contacts ("org_id", "system_modstamp");
CREATE INDEX contacts_account_id_idx ON contacts ("org_id", "account_id");
CREATE TABLE opportunities (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "account_id" TEXT COLLATE "C",
  "is_private" BOOLEAN NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "stage_name" TEXT COLLATE "C",
  "stage_name__f" TEXT COLLATE "C",
  "amount" DOUBLE PRECISION,
  "probability" DOUBLE PRECISION,
  "expected_revenue" DOUBLE PRECISION,
  "total_opportunity_quantity" DOUBLE PRECISION,
  "close_date" TEXT COLLATE "C",
  "type" TEXT COLLATE "C",
  "type__f" TEXT COLLATE "C",
  "next_step" TEXT COLLATE "C",
  "next_step__f" TEXT COLLATE "C",
  "lead_source" TEXT COLLATE "C",
  "lead_source__f" TEXT COLLATE "C",
  "is_closed" BOOLEAN NOT NULL,
  "is_won" BOOLEAN NOT NULL,
  "forecast_category" TEXT COLLATE "C",
  "forecast_category__f" TEXT COLLATE "C",
  "forecast_category_name" TEXT COLLATE "C",
  "forecast_category_name__f" TEXT COLLATE "C",
  "owner_id" TEXT COLLATE "C",
  "fiscal_year" BIGINT,
  "fiscal_quarter" BIGINT,
  "fiscal" TEXT COLLATE "C",
  "fiscal__f" TEXT COLLATE "C",
  "contact_id" TEXT COLLATE "C",
  "last_stage_change_date" BIGINT,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_activity_date" TEXT COLLATE "C",
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX opportunities_name__f_idx ON opportunities ("org_id", "name__f");
CREATE INDEX opportunities_close_date_idx ON opportunities ("org_id", "close_date");
CREATE INDEX opportunities_last_modified_date_idx ON opportunities ("org_id", "last_modified_date");
CREATE INDEX opportunities_system_modstamp_idx ON opportunities ("org_id", "system_modstamp");
CREATE INDEX opportunities_account_id_idx ON opportunities ("org_id", "account_id");
CREATE INDEX opportunities_contact_id_idx ON opportunities ("org_id", "contact_id");
CREATE TABLE tasks (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_deleted" BOOLEAN NOT NULL,
  "who_id" TEXT COLLATE "C",
  "what_id" TEXT COLLATE "C",
  "subject" TEXT COLLATE "C",
  "subject__f" TEXT COLLATE "C",
  "activity_date" TEXT COLLATE "C",
  "status" TEXT COLLATE "C",
  "status__f" TEXT COLLATE "C",
  "priority" TEXT COLLATE "C",
  "priority__f" TEXT COLLATE "C",
  "is_high_priority" BOOLEAN NOT NULL,
  "owner_id" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "account_id" TEXT COLLATE "C",
  "is_closed" BOOLEAN NOT NULL,
  "completed_date_time" BIGINT,
  "task_subtype" TEXT COLLATE "C",
  "task_subtype__f" TEXT COLLATE "C",
  "is_archived" BOOLEAN NOT NULL,
  "is_recurrence" BOOLEAN NOT NULL,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "custom" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX tasks_activity_date_idx ON tasks ("org_id", "activity_date");
CREATE INDEX tasks_last_modified_date_idx ON tasks ("org_id", "last_modified_date");
CREATE INDEX tasks_system_modstamp_idx ON tasks ("org_id", "system_modstamp");
CREATE INDEX tasks_who_id_idx ON tasks ("org_id", "who_id");
CREATE INDEX tasks_what_id_idx ON tasks ("org_id", "what_id");
CREATE TABLE organizations (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "division" TEXT COLLATE "C",
  "division__f" TEXT COLLATE "C",
  "street" TEXT COLLATE "C",
  "street__f" TEXT COLLATE "C",
  "city" TEXT COLLATE "C",
  "city__f" TEXT COLLATE "C",
  "state" TEXT COLLATE "C",
  "state__f" TEXT COLLATE "C",
  "postal_code" TEXT COLLATE "C",
  "postal_code__f" TEXT COLLATE "C",
  "country" TEXT COLLATE "C",
  "country__f" TEXT COLLATE "C",
  "latitude" DOUBLE PRECISION,
  "longitude" DOUBLE PRECISION,
  "geocode_accuracy" TEXT COLLATE "C",
  "geocode_accuracy__f" TEXT COLLATE "C",
  "phone" TEXT COLLATE "C",
  "phone__f" TEXT COLLATE "C",
  "fax" TEXT COLLATE "C",
  "fax__f" TEXT COLLATE "C",
  "primary_contact" TEXT COLLATE "C",
  "primary_contact__f" TEXT COLLATE "C",
  "default_locale_sid_key" TEXT COLLATE "C",
  "default_locale_sid_key__f" TEXT COLLATE "C",
  "language_locale_key" TEXT COLLATE "C",
  "language_locale_key__f" TEXT COLLATE "C",
  "time_zone_sid_key" TEXT COLLATE "C",
  "time_zone_sid_key__f" TEXT COLLATE "C",
  "fiscal_year_start_month" BIGINT,
  "organization_type" TEXT COLLATE "C",
  "organization_type__f" TEXT COLLATE "C",
  "instance_name" TEXT COLLATE "C",
  "instance_name__f" TEXT COLLATE "C",
  "is_sandbox" BOOLEAN NOT NULL,
  "trial_expiration_date" BIGINT,
  "namespace_prefix" TEXT COLLATE "C",
  "namespace_prefix__f" TEXT COLLATE "C",
  "is_read_only" BOOLEAN NOT NULL,
  "signup_country_iso_code" TEXT COLLATE "C",
  "signup_country_iso_code__f" TEXT COLLATE "C",
  "default_account_access" TEXT COLLATE "C",
  "default_account_access__f" TEXT COLLATE "C",
  "default_contact_access" TEXT COLLATE "C",
  "default_contact_access__f" TEXT COLLATE "C",
  "default_opportunity_access" TEXT COLLATE "C",
  "default_opportunity_access__f" TEXT COLLATE "C",
  "default_lead_access" TEXT COLLATE "C",
  "default_lead_access__f" TEXT COLLATE "C",
  "default_case_access" TEXT COLLATE "C",
  "default_case_access__f" TEXT COLLATE "C",
  "domain" TEXT COLLATE "C",
  "status" TEXT COLLATE "C",
  "edition" TEXT COLLATE "C",
  "is_packaging" BOOLEAN NOT NULL,
  "is_business" BOOLEAN NOT NULL,
  "picklists_on" BOOLEAN NOT NULL,
  "lma_user" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (id)
);
CREATE INDEX organizations__idx ON organizations ("org_id");
CREATE INDEX organizations_name__f_idx ON organizations ("org_id", "name__f");
CREATE INDEX organizations_last_modified_date_idx ON organizations ("org_id", "last_modified_date");
CREATE INDEX organizations_system_modstamp_idx ON organizations ("org_id", "system_modstamp");
CREATE TABLE users (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "username" TEXT COLLATE "C",
  "username__f" TEXT COLLATE "C",
  "last_name" TEXT COLLATE "C",
  "last_name__f" TEXT COLLATE "C",
  "first_name" TEXT COLLATE "C",
  "first_name__f" TEXT COLLATE "C",
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "company_name" TEXT COLLATE "C",
  "company_name__f" TEXT COLLATE "C",
  "division" TEXT COLLATE "C",
  "division__f" TEXT COLLATE "C",
  "department" TEXT COLLATE "C",
  "department__f" TEXT COLLATE "C",
  "title" TEXT COLLATE "C",
  "title__f" TEXT COLLATE "C",
  "email" TEXT COLLATE "C",
  "email__f" TEXT COLLATE "C",
  "phone" TEXT COLLATE "C",
  "phone__f" TEXT COLLATE "C",
  "mobile_phone" TEXT COLLATE "C",
  "mobile_phone__f" TEXT COLLATE "C",
  "fax" TEXT COLLATE "C",
  "fax__f" TEXT COLLATE "C",
  "extension" TEXT COLLATE "C",
  "extension__f" TEXT COLLATE "C",
  "employee_number" TEXT COLLATE "C",
  "employee_number__f" TEXT COLLATE "C",
  "about_me" TEXT COLLATE "C",
  "street" TEXT COLLATE "C",
  "street__f" TEXT COLLATE "C",
  "city" TEXT COLLATE "C",
  "city__f" TEXT COLLATE "C",
  "state" TEXT COLLATE "C",
  "state__f" TEXT COLLATE "C",
  "postal_code" TEXT COLLATE "C",
  "postal_code__f" TEXT COLLATE "C",
  "country" TEXT COLLATE "C",
  "country__f" TEXT COLLATE "C",
  "latitude" DOUBLE PRECISION,
  "longitude" DOUBLE PRECISION,
  "geocode_accuracy" TEXT COLLATE "C",
  "geocode_accuracy__f" TEXT COLLATE "C",
  "alias" TEXT COLLATE "C",
  "alias__f" TEXT COLLATE "C",
  "community_nickname" TEXT COLLATE "C",
  "community_nickname__f" TEXT COLLATE "C",
  "is_active" BOOLEAN NOT NULL,
  "profile_id" TEXT COLLATE "C",
  "manager_id" TEXT COLLATE "C",
  "user_type" TEXT COLLATE "C",
  "user_type__f" TEXT COLLATE "C",
  "federation_identifier" TEXT COLLATE "C",
  "federation_identifier__f" TEXT COLLATE "C",
  "last_login_date" BIGINT,
  "last_password_change_date" BIGINT,
  "password_expiration_date" BIGINT,
  "contact_id" TEXT COLLATE "C",
  "account_id" TEXT COLLATE "C",
  "small_photo_url" TEXT COLLATE "C",
  "small_photo_url__f" TEXT COLLATE "C",
  "full_photo_url" TEXT COLLATE "C",
  "full_photo_url__f" TEXT COLLATE "C",
  "time_zone_sid_key" TEXT COLLATE "C",
  "time_zone_sid_key__f" TEXT COLLATE "C",
  "locale_sid_key" TEXT COLLATE "C",
  "locale_sid_key__f" TEXT COLLATE "C",
  "language_locale_key" TEXT COLLATE "C",
  "language_locale_key__f" TEXT COLLATE "C",
  "email_encoding_key" TEXT COLLATE "C",
  "email_encoding_key__f" TEXT COLLATE "C",
  "digest_frequency" TEXT COLLATE "C",
  "digest_frequency__f" TEXT COLLATE "C",
  "default_group_notification_frequency" TEXT COLLATE "C",
  "default_group_notification_frequency__f" TEXT COLLATE "C",
  "user_permissions_marketing_user" BOOLEAN NOT NULL,
  "user_permissions_offline_user" BOOLEAN NOT NULL,
  "user_permissions_sfcontent_user" BOOLEAN NOT NULL,
  "user_permissions_knowledge_user" BOOLEAN NOT NULL,
  "user_permissions_interaction_user" BOOLEAN NOT NULL,
  "user_permissions_support_user" BOOLEAN NOT NULL,
  "user_permissions_call_center_auto_login" BOOLEAN NOT NULL,
  "user_preferences_lightning_experience_preferred" BOOLEAN NOT NULL,
  "external_id" TEXT COLLATE "C",
  "failed_logins" BIGINT,
  "locked_until" BIGINT,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  "last_viewed_date" BIGINT,
  "last_referenced_date" BIGINT,
  PRIMARY KEY (org_id, id)
);
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
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "user_type" TEXT COLLATE "C",
  "user_type__f" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "description__f" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX profiles_name__f_key ON profiles ("org_id", "name__f");
CREATE INDEX profiles_last_modified_date_idx ON profiles ("org_id", "last_modified_date");
CREATE INDEX profiles_system_modstamp_idx ON profiles ("org_id", "system_modstamp");
CREATE TABLE permission_sets (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "label" TEXT COLLATE "C",
  "label__f" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "description__f" TEXT COLLATE "C",
  "is_owned_by_profile" BOOLEAN NOT NULL,
  "profile_id" TEXT COLLATE "C",
  "is_custom" BOOLEAN NOT NULL,
  "type" TEXT COLLATE "C",
  "type__f" TEXT COLLATE "C",
  "namespace_prefix" TEXT COLLATE "C",
  "namespace_prefix__f" TEXT COLLATE "C",
  "grants" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX permission_sets_name__f_key ON permission_sets ("org_id", "name__f");
CREATE INDEX permission_sets_profile_id_idx ON permission_sets ("org_id", "profile_id");
CREATE INDEX permission_sets_last_modified_date_idx ON permission_sets ("org_id", "last_modified_date");
CREATE INDEX permission_sets_system_modstamp_idx ON permission_sets ("org_id", "system_modstamp");
CREATE TABLE groups (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "developer_name" TEXT COLLATE "C",
  "developer_name__f" TEXT COLLATE "C",
  "related_id" TEXT COLLATE "C",
  "type" TEXT COLLATE "C",
  "type__f" TEXT COLLATE "C",
  "email" TEXT COLLATE "C",
  "email__f" TEXT COLLATE "C",
  "owner_id" TEXT COLLATE "C",
  "does_send_email_to_members" BOOLEAN NOT NULL,
  "does_include_bosses" BOOLEAN NOT NULL,
  "description" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX groups_last_modified_date_idx ON groups ("org_id", "last_modified_date");
CREATE INDEX groups_system_modstamp_idx ON groups ("org_id", "system_modstamp");
CREATE TABLE record_types (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "developer_name" TEXT COLLATE "C",
  "developer_name__f" TEXT COLLATE "C",
  "namespace_prefix" TEXT COLLATE "C",
  "namespace_prefix__f" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "description__f" TEXT COLLATE "C",
  "sobject_type" TEXT COLLATE "C",
  "sobject_type__f" TEXT COLLATE "C",
  "is_active" BOOLEAN NOT NULL,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX record_types_sobject_type__f_developer_name__f_key ON record_types ("org_id", "sobject_type__f", "developer_name__f");
CREATE INDEX record_types_last_modified_date_idx ON record_types ("org_id", "last_modified_date");
CREATE INDEX record_types_system_modstamp_idx ON record_types ("org_id", "system_modstamp");
CREATE TABLE package_licenses (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "is_provisioned" BOOLEAN NOT NULL,
  "allowed_licenses" BIGINT,
  "used_licenses" BIGINT,
  "expiration_date" BIGINT,
  "namespace_prefix" TEXT COLLATE "C",
  "namespace_prefix__f" TEXT COLLATE "C",
  "is_available_for_integrations" BOOLEAN NOT NULL,
  "created_date" BIGINT,
  "last_modified_date" BIGINT,
  "system_modstamp" BIGINT,
  "package_id" TEXT COLLATE "C",
  "version_id" TEXT COLLATE "C",
  "version_number" TEXT COLLATE "C",
  "terms_status" TEXT COLLATE "C",
  "expires_on" TEXT COLLATE "C",
  "install_date" TEXT COLLATE "C",
  "terms_revision" BIGINT,
  "facts_revision" BIGINT,
  "out_seq" BIGINT,
  "publisher_org" TEXT COLLATE "C",
  "key_hash" TEXT COLLATE "C",
  "key_generation" BIGINT,
  "access" TEXT COLLATE "C",
  "uninstalled_at" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX package_licenses_package_id_key ON package_licenses ("org_id", "package_id");
CREATE UNIQUE INDEX package_licenses_namespace_prefix__f_key ON package_licenses ("org_id", "namespace_prefix__f");
CREATE INDEX package_licenses_expiration_date_idx ON package_licenses ("org_id", "expiration_date");
CREATE INDEX package_licenses_last_modified_date_idx ON package_licenses ("org_id", "last_modified_date");
CREATE INDEX package_licenses_system_modstamp_idx ON package_licenses ("org_id", "system_modstamp");
CREATE TABLE user_package_licenses (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "package_license_id" TEXT COLLATE "C",
  "user_id" TEXT COLLATE "C",
  "is_revoked" BOOLEAN NOT NULL,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX user_package_licenses_package_license_id_user_id_key ON user_package_licenses ("org_id", "package_license_id", "user_id");
CREATE INDEX user_package_licenses_user_id_idx ON user_package_licenses ("org_id", "user_id");
CREATE INDEX user_package_licenses_last_modified_date_idx ON user_package_licenses ("org_id", "last_modified_date");
CREATE INDEX user_package_licenses_system_modstamp_idx ON user_package_licenses ("org_id", "system_modstamp");
CREATE TABLE metadata_packages (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "namespace_prefix" TEXT COLLATE "C",
  "namespace_prefix__f" TEXT COLLATE "C",
  "package_category" TEXT COLLATE "C",
  "package_category__f" TEXT COLLATE "C",
  "managed" BOOLEAN NOT NULL,
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (id)
);
CREATE INDEX metadata_packages__idx ON metadata_packages ("org_id");
CREATE INDEX metadata_packages_namespace_prefix__f_idx ON metadata_packages ("org_id", "namespace_prefix__f");
CREATE INDEX metadata_packages_last_modified_date_idx ON metadata_packages ("org_id", "last_modified_date");
CREATE INDEX metadata_packages_system_modstamp_idx ON metadata_packages ("org_id", "system_modstamp");
CREATE TABLE metadata_package_versions (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C",
  "name__f" TEXT COLLATE "C",
  "metadata_package_id" TEXT COLLATE "C",
  "release_state" TEXT COLLATE "C",
  "release_state__f" TEXT COLLATE "C",
  "major_version" BIGINT,
  "minor_version" BIGINT,
  "patch_version" BIGINT,
  "build_number" BIGINT,
  "is_deprecated" BOOLEAN NOT NULL,
  "uploaded_at" BIGINT,
  "notes" TEXT COLLATE "C",
  "artifact_url" TEXT COLLATE "C",
  "artifact_sha256" TEXT COLLATE "C",
  "created_date" BIGINT,
  "created_by_id" TEXT COLLATE "C",
  "last_modified_date" BIGINT,
  "last_modified_by_id" TEXT COLLATE "C",
  "system_modstamp" BIGINT,
  PRIMARY KEY (id)
);
CREATE INDEX metadata_package_versions__idx ON metadata_package_versions ("org_id");
CREATE INDEX metadata_package_versions_metadata_package_id_idx ON metadata_package_versions ("org_id", "metadata_package_id");
CREATE INDEX metadata_package_versions_last_modified_date_idx ON metadata_package_versions ("org_id", "last_modified_date");
CREATE INDEX metadata_package_versions_system_modstamp_idx ON metadata_package_versions ("org_id", "system_modstamp");
CREATE TABLE meta (
  "name" TEXT COLLATE "C" NOT NULL,
  "value" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE feed (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "xid" BIGINT NOT NULL,
  "topic" TEXT COLLATE "C" NOT NULL,
  "org_id" TEXT COLLATE "C" NOT NULL,
  "subject" TEXT COLLATE "C"
);
CREATE INDEX feed_xid_idx ON feed ("xid");
CREATE TABLE domains (
  "name" TEXT COLLATE "C" NOT NULL,
  "org_id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE namespaces (
  "name" TEXT COLLATE "C" NOT NULL,
  "org_id" TEXT COLLATE "C" NOT NULL,
  "package_id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE registrations (
  "package_id" TEXT COLLATE "C" NOT NULL,
  "org_id" TEXT COLLATE "C" NOT NULL,
  "defaults" TEXT COLLATE "C" NOT NULL,
  "state" TEXT COLLATE "C" NOT NULL,
  "reason" TEXT COLLATE "C",
  "requested_at" BIGINT NOT NULL,
  "done_at" BIGINT,
  PRIMARY KEY (package_id)
);
CREATE INDEX registrations__idx ON registrations ("org_id");
CREATE TABLE usernames (
  "name" TEXT COLLATE "C" NOT NULL,
  "org_id" TEXT COLLATE "C" NOT NULL,
  "user_id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE credentials (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "user_id" TEXT COLLATE "C" NOT NULL,
  "password_hash" TEXT COLLATE "C" NOT NULL,
  "changed_at" BIGINT NOT NULL,
  PRIMARY KEY (org_id, user_id)
);
CREATE TABLE tokens (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "hash" TEXT COLLATE "C" NOT NULL,
  "user_id" TEXT COLLATE "C" NOT NULL,
  "client_id" TEXT COLLATE "C",
  "kind" TEXT COLLATE "C" NOT NULL,
  "created_at" BIGINT NOT NULL,
  "expires_at" BIGINT NOT NULL,
  PRIMARY KEY (org_id, hash)
);
CREATE INDEX tokens_user_id_idx ON tokens ("org_id", "user_id");
CREATE INDEX tokens_expires_at_idx ON tokens ("expires_at");
CREATE TABLE oauth_clients (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "secret_hash" TEXT COLLATE "C" NOT NULL,
  "grants" TEXT COLLATE "C" NOT NULL,
  "run_as" TEXT COLLATE "C",
  "created_at" BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE TABLE permission_set_assignments (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "user_id" TEXT COLLATE "C" NOT NULL,
  "permission_set_id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, user_id, permission_set_id)
);
CREATE TABLE outbox (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "to_org" TEXT COLLATE "C" NOT NULL,
  "queue" TEXT COLLATE "C" NOT NULL,
  "seq" BIGINT NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "revision" BIGINT NOT NULL,
  "body" TEXT COLLATE "C" NOT NULL,
  "created_at" BIGINT NOT NULL,
  "due_at" BIGINT NOT NULL,
  "lease_until" BIGINT NOT NULL,
  "attempts" BIGINT NOT NULL,
  "reason" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX outbox_queue_seq_key ON outbox ("org_id", "queue", "seq");
CREATE INDEX outbox_due_at_idx ON outbox ("org_id", "due_at");
CREATE TABLE inbox (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "from_org" TEXT COLLATE "C" NOT NULL,
  "queue" TEXT COLLATE "C" NOT NULL,
  "seq" BIGINT NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "revision" BIGINT NOT NULL,
  "body" TEXT COLLATE "C" NOT NULL,
  "received_at" BIGINT NOT NULL,
  "done_at" BIGINT,
  "due_at" BIGINT NOT NULL,
  "lease_until" BIGINT NOT NULL,
  "attempts" BIGINT NOT NULL,
  "reason_code" TEXT COLLATE "C",
  "reason" TEXT COLLATE "C",
  "fix" TEXT COLLATE "C",
  PRIMARY KEY (org_id, id)
);
CREATE INDEX inbox_queue_seq_idx ON inbox ("org_id", "queue", "seq") WHERE done_at IS NULL;
CREATE INDEX inbox_due_at_idx ON inbox ("org_id", "due_at") WHERE done_at IS NULL;
CREATE INDEX inbox_done_at_idx ON inbox ("done_at") WHERE done_at IS NOT NULL;
CREATE TABLE counters (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "value" BIGINT NOT NULL,
  PRIMARY KEY (org_id, name)
);
CREATE TABLE connections (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "packaging_org" TEXT COLLATE "C" NOT NULL,
  "connected_by" TEXT COLLATE "C" NOT NULL,
  "connected_at" BIGINT NOT NULL,
  PRIMARY KEY (org_id, packaging_org)
);
CREATE TABLE installs (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  "package_id" TEXT COLLATE "C" NOT NULL,
  "version_id" TEXT COLLATE "C" NOT NULL,
  "package_license" TEXT COLLATE "C",
  "stage" TEXT COLLATE "C" NOT NULL,
  "reason" TEXT COLLATE "C",
  "access" TEXT COLLATE "C" NOT NULL,
  "user_id" TEXT COLLATE "C" NOT NULL,
  "unseated" BIGINT NOT NULL,
  "unseated_first" TEXT COLLATE "C",
  "minted_key" BIGINT NOT NULL,
  "requested_at" BIGINT NOT NULL,
  "finished_at" BIGINT,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX installs_package_id_idx ON installs ("org_id", "package_id");
CREATE TABLE idempotency (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "actor" TEXT COLLATE "C" NOT NULL,
  "route" TEXT COLLATE "C" NOT NULL,
  "idempotency_key" TEXT COLLATE "C" NOT NULL,
  "body_hash" TEXT COLLATE "C" NOT NULL,
  "started_at" BIGINT NOT NULL,
  "subject" TEXT COLLATE "C",
  "status" BIGINT,
  "answer" TEXT COLLATE "C",
  PRIMARY KEY (org_id, actor, route, idempotency_key)
);
CREATE INDEX idempotency_started_at_idx ON idempotency ("started_at");
CREATE TABLE custom_fields (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "definition" TEXT COLLATE "C" NOT NULL,
  "created_at" BIGINT NOT NULL,
  PRIMARY KEY (org_id, object, name)
);
CREATE TABLE custom_values (
  "org_id" TEXT COLLATE "C" NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "field" TEXT COLLATE "C" NOT NULL,
  "value" TEXT COLLATE "C" NOT NULL,
  "holder" TEXT COLLATE "C" NOT NULL,
  "id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (org_id, object, field, value, holder)
);
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
