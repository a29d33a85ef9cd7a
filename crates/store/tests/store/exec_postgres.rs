//! exec_postgres
