//! Encrypted packages: a compound file that holds the package under a password.
//!
//! Some passwords open a file for everybody: those that Office uses when it only protects the
//! structure. They are tried, then those that the run was given; a file that none opens is a gap.
//! Agile and standard encryption with AES ([MS-OFFCRYPTO]).

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::limits::Limits;
use crate::read::aes::Cipher;
use crate::read::base64;
use crate::read::xml::{Event, Xml, decode};

/// Times that a password may be asked to be hashed. Office writes 100,000.
const MAX_SPINS: u32 = 1_000_000;
/// Times that standard encryption hashes the password.
const STANDARD_SPINS: u32 = 50_000;
/// Bytes of the package that agile encryption treats as one.
const SEGMENT_BYTES: usize = 4096;

/// The package in `package`, opened as `info` says; `None` where none of the passwords fits or the
/// encryption is of another kind.
pub(super) fn decrypt(info: &[u8], package: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let (size, body) = package.split_first_chunk::<8>()?;
    let size = usize::try_from(u64::from_le_bytes(*size)).unwrap_or(usize::MAX);
    let (version, rest) = info.split_first_chunk::<4>()?;
    let mut plain = match version {
        [4, 0, 4, 0] => {
            let agile = Agile::read(rest.get(4..)?)?;
            let key = limits.office_passwords().find_map(|password| agile.key(password))?;
            agile.decrypt(&key, body)
        }
        [2..=4, 0, 2, 0] => {
            let standard = Standard::read(rest)?;
            let key = limits.office_passwords().find_map(|password| standard.key(password))?;
            let cipher = Cipher::new(&key)?;
            let mut plain = body.to_vec();
            cipher.decrypt(&mut plain, None);
            plain
        }
        _ => return None,
    };
    plain.truncate(size);
    Some(plain)
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        match name {
            "SHA1" | "SHA-1" => Some(Self::Sha1),
            "SHA256" | "SHA-256" => Some(Self::Sha256),
            "SHA384" | "SHA-384" => Some(Self::Sha384),
            "SHA512" | "SHA-512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn of(self, first: &[u8], second: &[u8]) -> Vec<u8> {
        fn digest<D: Digest>(first: &[u8], second: &[u8]) -> Vec<u8> {
            D::new().chain_update(first).chain_update(second).finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(first, second),
            Self::Sha256 => digest::<Sha256>(first, second),
            Self::Sha384 => digest::<Sha384>(first, second),
            Self::Sha512 => digest::<Sha512>(first, second),
        }
    }

    /// The password, salted and hashed `spins` times.
    fn of_password(self, salt: &[u8], password: &str, spins: u32) -> Vec<u8> {
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut hash = self.of(salt, &password);
        for spin in 0..spins {
            hash = self.of(&spin.to_le_bytes(), &hash);
        }
        hash
    }
}

/// Agile encryption: what the XML says.
struct Agile {
    package: Parameters,
    password: Parameters,
    spins: u32,
    verifier_input: Vec<u8>,
    verifier_hash: Vec<u8>,
    key_value: Vec<u8>,
}

struct Parameters {
    salt: Vec<u8>,
    hash: Hash,
    key_bytes: usize,
}

impl Agile {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (source, _) = decode(bytes);
        let mut xml = Xml::new(&source);
        let mut package = None;
        while let Some(event) = xml.next() {
            let Event::Start(element) = event else { continue };
            let of = |name| element.attribute(name).unwrap_or_default();
            if !matches!(element.local(), "keyData" | "encryptedKey") {
                continue;
            }
            if of("cipherAlgorithm") != "AES" || of("cipherChaining") != "ChainingModeCBC" {
                return None;
            }
            let parameters = Parameters {
                salt: base64::decode(of("saltValue").as_bytes()),
                hash: Hash::named(&of("hashAlgorithm"))?,
                key_bytes: key_bytes(&of("keyBits"))?,
            };
            if element.local() == "keyData" {
                package = Some(parameters);
            } else {
                return Some(Self {
                    package: package?,
                    password: parameters,
                    spins: of("spinCount").parse().ok().filter(|&spins| spins <= MAX_SPINS)?,
                    verifier_input: base64::decode(of("encryptedVerifierHashInput").as_bytes()),
                    verifier_hash: base64::decode(of("encryptedVerifierHashValue").as_bytes()),
                    key_value: base64::decode(of("encryptedKeyValue").as_bytes()),
                });
            }
        }
        None
    }

    /// The key of the package, if this is the password.
    fn key(&self, password: &str) -> Option<Vec<u8>> {
        let Parameters { salt, hash, key_bytes } = &self.password;
        let spun = hash.of_password(salt, password, self.spins);
        let open = |purpose: [u8; 8], data: &[u8]| {
            let mut key = hash.of(&spun, &purpose);
            key.resize(*key_bytes, 0x36);
            let mut plain = data.to_vec();
            Cipher::new(&key)?.decrypt(&mut plain, Some(vector(salt)));
            Some(plain)
        };
        let input = open([0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79], &self.verifier_input)?;
        let stated = open([0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e], &self.verifier_hash)?;
        let right = hash.of(input.get(..salt.len()).unwrap_or(&input), &[]);
        if !stated.starts_with(&right) {
            return None;
        }
        let mut key = open([0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6], &self.key_value)?;
        key.truncate(self.package.key_bytes);
        Some(key)
    }

    fn decrypt(&self, key: &[u8], body: &[u8]) -> Vec<u8> {
        let mut plain = body.to_vec();
        if let Some(cipher) = Cipher::new(key) {
            for (number, segment) in (0_u32..).zip(plain.chunks_mut(SEGMENT_BYTES)) {
                let salted = self.package.hash.of(&self.package.salt, &number.to_le_bytes());
                cipher.decrypt(segment, Some(vector(&salted)));
            }
        }
        plain
    }
}

/// Bytes of a key that AES takes.
fn key_bytes(bits: &str) -> Option<usize> {
    match bits {
        "128" => Some(16),
        "192" => Some(24),
        "256" => Some(32),
        _ => None,
    }
}

/// The start of a chain of blocks: as many bytes as a block has, filled up where there are fewer.
fn vector(bytes: &[u8]) -> [u8; 16] {
    let mut vector = [0x36; 16];
    for (to, from) in vector.iter_mut().zip(bytes) {
        *to = *from;
    }
    vector
}

/// Standard encryption: what the binary header says.
struct Standard<'a> {
    key_bytes: usize,
    salt: &'a [u8],
    verifier: &'a [u8],
    verifier_hash: &'a [u8],
}

impl<'a> Standard<'a> {
    fn read(rest: &'a [u8]) -> Option<Self> {
        let u32_at = |at: usize| Some(u32::from_le_bytes(rest.get(at..at + 4)?.try_into().ok()?));
        let header_bytes = usize::try_from(u32_at(4)?).ok()?;
        // Flags, extra size, then the algorithm: AES with 128, 192 or 256 bits.
        if !(0x660e..=0x6610).contains(&u32_at(16)?) {
            return None;
        }
        let key_bytes = usize::try_from(u32_at(24)?).ok()? / 8;
        let verifier = rest.get(8_usize.checked_add(header_bytes)?..)?;
        Some(Self {
            key_bytes,
            salt: verifier.get(4..20)?,
            verifier: verifier.get(20..36)?,
            verifier_hash: verifier.get(40..72)?,
        })
    }

    fn key(&self, password: &str) -> Option<Vec<u8>> {
        let spun = Hash::Sha1.of_password(self.salt, password, STANDARD_SPINS);
        let last = Hash::Sha1.of(&spun, &0_u32.to_le_bytes());
        let derived = |pad: u8| {
            let mut block = [pad; 64];
            for (byte, hash) in block.iter_mut().zip(&last) {
                *byte ^= hash;
            }
            Hash::Sha1.of(&block, &[])
        };
        let mut key = derived(0x36);
        key.extend(derived(0x5c));
        key.truncate(self.key_bytes);
        let cipher = Cipher::new(&key)?;
        let (mut verifier, mut stated) = (self.verifier.to_vec(), self.verifier_hash.to_vec());
        cipher.decrypt(&mut verifier, None);
        cipher.decrypt(&mut stated, None);
        stated.starts_with(&Hash::Sha1.of(&verifier, &[])).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made by msoffcrypto-tool with the password VelvetSweatshop.
    const AGILE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?> <encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password" xmlns:c="http://schemas.microsoft.com/office/2006/keyEncryptor/certificate"> <keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="YGRdoq+7bQVL4Jo+mAUODA==" /> <dataIntegrity encryptedHmacKey="DVAaTdfGIbIBUfwYfawCrmQdYKgbj3TB44ePjxZGg2dsrkGTUTn13EpXdLQ+ByI3splRKyKoh4EY1BCP2M+4hQ==" encryptedHmacValue="jUkkzUl54/1j5nnJwWaYPFFkop0hNqD3HCUBDElpr8FaXXHnY2fmUo5U9QfJZVcYOsP22xw8PgtXK5I537idcA==" /> <keyEncryptors> <keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"> <p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="aEyS2zKslq6bQ6Dtgq1i8g==" encryptedVerifierHashInput="F839otSuiQGES8rfA7y9Tg==" encryptedVerifierHashValue="Iu5C7k2+JmrXr9Q8Mbk6TMecy+pPwodBEHLItatu+EU14sryDPjxcdO6fsmcmcPNGMBEDysIjGFA5oBsTtQPEw==" encryptedKeyValue="NRvEWUYodI/MZ/zecO2pbDVzeHX6XzSB/BI3FmbI3X0=" /> </keyEncryptor> </keyEncryptors> </encryption>"#;
    const AGILE_PACKAGE: &str = "aQEAAAAAAADJwFkyt6XIL63bzzKr3GjaLKeULYAz9LBRQnwPjGxaEJJauCtgjdZwY7TQeTMEsD6kz5hfOUtKNNPdzC1t968KLDdOXHB5GW3/+DfvVIDqMx7s6t8qxN/UrehoGuFXnv9TlE4dCx8S6rGgoDWbxJhk0wfS3rPXbdibAK7G/uBq95v9eUymswABq/se65hbpuXzv48MWZOGD3Cc9Wo/D+8dDHbQZVE4V7BT+0stS716D89VB0s6AOw0HnzjzTymd2PRtSzBWCAS9K91YHLdp7SUgnJYmM3sD9jQBdjvGQ79OY1qxWBPjA90NIo56rHG28ZKGAnewyrwGVXfsQjQQWa20ohFtEMoB9ny3+YrIfRLZKLpuCqLZZddrRHuAxSb8fDWXjdEM7HNrqXFqUq31LmuNYF1OcSpH4AI6dOki0vvIZkcf+mnaqmTWERZYpRQ8h4QEctFKQChwvzqh14JBzbNAaQYWCSR7phKzThQU+Gk/Q==";
    // Made after the published algorithm by a script of its own, with the empty password.
    const STANDARD: &str = "BAACACQAAACMAAAAJAAAAAAAAAAOZgAABIAAAIAAAAAYAAAAAAAAAAAAAABNAGkAYwByAG8AcwBvAGYAdAAgAEUAbgBoAGEAbgBjAGUAZAAgAFIAUwBBACAAYQBuAGQAIABBAEUAUwAgAEMAcgB5AHAAdABvAGcAcgBhAHAAaABpAGMAIABQAHIAbwB2AGkAZABlAHIAAAAQAAAAAAECAwQFBgcICQoLDA0OD18nH4qVyB/uaN5Wj7SK1mkUAAAAcM3xnFLCtouNMJz9mACH8J6HkSNq/rknLsAqKaYxPHI=";
    const STANDARD_PACKAGE: &str = "aQEAAAAAAACpFSD+t6bzLV6G1VbiUcSBqPicrcpxSVHdMAv/8wq9tIrc2zCZKRfWQjuMjkFt5XzU6rxvKJYTFKXjTj3m/jKb2oVElsGR1kf7yRU/gDeH7ZURBlRD77h45Eu1BcD4BmLBb9mGH3ql796S+7icJ2m0OI206Z9XtAK4NPS4TPj/u2yRrPLwtMdsBFgMv9xkrSRr0cUEfCZMoU+8Q4E63VvUX/pbNrZhJyGvjb4YixsF5o0ck9mB91uEfZe7mmpo6HFQHKs4MYIYlZvzJRM6WvOu8kLh5ohmeheALzMb61VxDpXf8VPFSyzLuFIQJO7fxeoD0IjVMU/DCcNvHxwSwGOIFS9CoZ7zprcdiZkH1kff7KESVpWZH6jWDQC2arYs7t84jbTpn1e0Arg09LhM+P+7d1KMis9D7M9JmiH38ThEYdyS75gyCM8VUYS5bdP/LaBUayfNKpM96FPxjTYrSho0txegZLS4dvBCu9Cyh14Xew==";
    /// The package in both.
    const PLAIN: &str = "UEsDBBQAAAAIAAWJd10KPKnUQQAAAFQAAAAFAAAAZC54bWyzKbdKyU8uzU3NK1GoyM3JK7Yqt1UqV7KzKbcqABFFIKLE7tmcXU/Xtz2a0Wpo8HTnFht9kBiILAKTBWASZo4dAFBLAwQUAAAACAAFiXddfY/DOUoAAABNAAAAEwAAAFtDb250ZW50X1R5cGVzXS54bWyzCaksSC1WqMjNySu2VcooKSmw0tcvTs5IzU0s1ssvSM0DyqTlF+UmlgC5Ren6BYnJ2YnpqfpGBgZm+sn5eSWpeSW6JSAzlPTtAFBLAQIUAxQAAAAIAAWJd10KPKnUQQAAAFQAAAAFAAAAAAAAAAAAAACAAQAAAABkLnhtbFBLAQIUAxQAAAAIAAWJd119j8M5SgAAAE0AAAATAAAAAAAAAAAAAACAAWQAAABbQ29udGVudF9UeXBlc10ueG1sUEsFBgAAAAACAAIAdAAAAN8AAAAAAA==";

    fn decrypt(info: &[u8], package: &[u8]) -> Option<Vec<u8>> {
        super::decrypt(info, package, &Limits::default())
    }

    fn agile(xml: &str) -> Vec<u8> {
        [&[4, 0, 4, 0, 0x40, 0, 0, 0], xml.as_bytes()].concat()
    }

    #[test]
    fn agile_encryption_opens() {
        let plain = decrypt(&agile(AGILE), &base64::decode(AGILE_PACKAGE.as_bytes()));
        assert_eq!(plain, Some(base64::decode(PLAIN.as_bytes())));
    }

    #[test]
    fn standard_encryption_opens() {
        let plain =
            decrypt(&base64::decode(STANDARD.as_bytes()), &base64::decode(STANDARD_PACKAGE.as_bytes()));
        assert_eq!(plain, Some(base64::decode(PLAIN.as_bytes())));
    }

    #[test]
    fn another_password_and_endless_hashing_do_not() {
        let package = base64::decode(AGILE_PACKAGE.as_bytes());
        let other = AGILE.replace("aEyS2z", "AAAAAA");
        assert_eq!(decrypt(&agile(&other), &package), None);
        let endless = AGILE.replace("100000", "4000000000");
        assert_eq!(decrypt(&agile(&endless), &package), None);
        let key = AGILE.replace("keyBits=\"256\"", "keyBits=\"99999999999\"");
        assert_eq!(decrypt(&agile(&key), &package), None);
    }
}
