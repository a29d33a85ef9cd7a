// Written by `cargo xtask schema`.
const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_first_slice",
        sqlite: include_str!("../migrations/sqlite/0001_first_slice.sql"),
        postgres: include_str!("../migrations/postgres/0001_first_slice.sql"),
    },
    Migration {
        name: "0002_kept_terms",
        sqlite: include_str!("../migrations/sqlite/0002_kept_terms.sql"),
        postgres: include_str!("../migrations/postgres/0002_kept_terms.sql"),
    },
    Migration {
        name: "0003_fallback_lead_owner",
        sqlite: include_str!("../migrations/sqlite/0003_fallback_lead_owner.sql"),
        postgres: include_str!("../migrations/postgres/0003_fallback_lead_owner.sql"),
    },
    Migration {
        name: "0004_moving",
        sqlite: include_str!("../migrations/sqlite/0004_moving.sql"),
        postgres: include_str!("../migrations/postgres/0004_moving.sql"),
    },
    Migration {
        name: "0005_jobs",
        sqlite: include_str!("../migrations/sqlite/0005_jobs.sql"),
        postgres: include_str!("../migrations/postgres/0005_jobs.sql"),
    },
    Migration {
        name: "0006_proxy_user_and_new_trial",
        sqlite: include_str!("../migrations/sqlite/0006_proxy_user_and_new_trial.sql"),
        postgres: include_str!("../migrations/postgres/0006_proxy_user_and_new_trial.sql"),
    },
    Migration {
        name: "0007_messages_and_indexes",
        sqlite: include_str!("../migrations/sqlite/0007_messages_and_indexes.sql"),
        postgres: include_str!("../migrations/postgres/0007_messages_and_indexes.sql"),
    },
    Migration {
        name: "0008_walked_lists",
        sqlite: include_str!("../migrations/sqlite/0008_walked_lists.sql"),
        postgres: include_str!("../migrations/postgres/0008_walked_lists.sql"),
    },
    Migration {
        name: "0009_publisher_keys",
        sqlite: include_str!("../migrations/sqlite/0009_publisher_keys.sql"),
        postgres: include_str!("../migrations/postgres/0009_publisher_keys.sql"),
    },
];
