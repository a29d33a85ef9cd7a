//! Bytes as hexadecimal digits: the text form of the server's secret. Nothing else.

/// Lower-case digits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// 32 bytes from 64 digits.
pub(crate) fn decode(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        if digits.starts_with('+') {
            return None;
        }
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_other_texts_are_refused() {
        let bytes = std::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap());
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        let digits = "0f".repeat(32);
        for wrong in [
            &digits[1..],
            "",
            &"+f".repeat(32),
            &"xy".repeat(32),
            &"é".repeat(32),
        ] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
