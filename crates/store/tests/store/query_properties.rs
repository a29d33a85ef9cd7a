//! query_properties
