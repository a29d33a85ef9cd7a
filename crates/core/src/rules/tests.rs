//! Tests of the objects' own rules.
