//! A record: the values of one object's fields, in the catalogue's order.

use std::sync::Arc;

use crate::catalog::ObjectDef;
use crate::id::Id;
use crate::value::Value;

/// One record. Values stand at the positions of [`ObjectDef::fields`].
#[derive(Clone, Debug)]
pub struct Record {
    object: Arc<ObjectDef>,
    values: Vec<Value>,
}

impl Record {
    /// A record with nothing in it.
    #[must_use]
    pub fn empty(object: &Arc<ObjectDef>) -> Record {
        Record {
            object: Arc::clone(object),
            values: vec![Value::Null; object.fields().len()],
        }
    }

    /// A record with the object's default values.
    #[must_use]
    pub fn with_defaults(object: &Arc<ObjectDef>) -> Record {
        let values = object.fields().iter().map(|f| f.default.clone()).collect();
        Record {
            object: Arc::clone(object),
            values,
        }
    }

    /// A record from values in field order; missing ones are null.
    #[must_use]
    pub fn from_values(object: &Arc<ObjectDef>, mut values: Vec<Value>) -> Record {
        values.resize(object.fields().len(), Value::Null);
        Record {
            object: Arc::clone(object),
            values,
        }
    }

    /// The object it belongs to.
    #[must_use]
    pub fn object(&self) -> &Arc<ObjectDef> {
        &self.object
    }

    /// The values in field order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value at a position.
    #[must_use]
    pub fn at(&self, index: usize) -> &Value {
        &self.values[index]
    }

    /// Sets the value at a position.
    pub fn set_at(&mut self, index: usize, value: Value) {
        self.values[index] = value;
    }

    /// The value of a field that the code names.
    ///
    /// # Panics
    /// When the object has no such field, which any test that comes by would show.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        &self.values[self.position(field)]
    }

    /// Is it in the recycle bin? Asked of objects with soft delete.
    ///
    /// # Panics
    /// When the object has none.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.get("IsDeleted").is_true()
    }

    /// Sets a field that the code names.
    ///
    /// # Panics
    /// When the object has no such field.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) {
        let position = self.position(field);
        self.values[position] = value.into();
    }

    /// The record's id, once it has one.
    #[must_use]
    pub fn id(&self) -> Option<Id> {
        self.get("Id").as_id()
    }

    fn position(&self, field: &str) -> usize {
        match self.object.index_of(field) {
            Some(position) => position,
            None => panic!("{} has no field {field}", self.object.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Record;
    use crate::catalog::{Catalog, names};
    use crate::value::Value;

    #[test]
    fn values_stand_at_the_places_of_the_fields() {
        let object = Catalog::standard().known(names::LEAD);
        let mut record = Record::with_defaults(object);
        assert_eq!(record.get("Status"), &Value::from("Open - Not Contacted"));
        assert_eq!(record.get("IsConverted"), &Value::Bool(false));
        record.set("Company", "Example");
        let position = object.index_of("company");
        assert_eq!(
            position.map(|i| record.at(i)),
            Some(&Value::from("Example"))
        );
        assert!(record.id().is_none());
    }

    #[test]
    fn missing_values_are_null() {
        let object = Catalog::standard().known(names::TASK);
        let record = Record::from_values(object, vec![]);
        assert_eq!(record.values().len(), object.fields().len());
        assert!(record.values().iter().all(Value::is_null));
        assert!(Record::empty(object).get("Subject").is_null());
    }
}
