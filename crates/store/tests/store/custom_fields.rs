//! custom_fields
