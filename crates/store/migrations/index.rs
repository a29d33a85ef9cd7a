// Written by `cargo xtask schema`.
const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_first_slice",
        sqlite: include_str!("../migrations/sqlite/0001_first_slice.sql"),
        postgres: include_str!("../migrations/postgres/0001_first_slice.sql"),
    },
    Migration {
        name: "0002_schema",
        sqlite: include_str!("../migrations/sqlite/0002_schema.sql"),
        postgres: include_str!("../migrations/postgres/0002_schema.sql"),
    },
];
