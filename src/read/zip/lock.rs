//! What locks an entry of a ZIP archive, where a password is at hand that opens it: the old stream
//! cipher of PKWARE (APPNOTE.TXT 6.1) and AES as WinZip writes it.

use sha1::Sha1;

use crate::read::aes::Cipher;

/// Times that WinZip hashes a password.
const ROUNDS: u32 = 1000;
/// Bytes in front of old encrypted data, the last of which tells whether a password fits.
const OLD_HEAD_BYTES: usize = 12;
/// Bytes behind AES data that prove it whole; the checksum of the entry does too.
const PROOF_BYTES: usize = 10;

/// How an entry is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    /// The old cipher, and the bytes one of which the head ends in.
    Old([u8; 2]),
    /// AES with a key of 8 + 8 times so many bytes.
    Aes(u8),
    /// Another way, which nobody documents.
    Unknown,
}

impl Lock {
    /// What each of the passwords that seem to fit makes of the stored bytes. Chinese programs take
    /// a password in GBK, others in UTF-8.
    pub(super) fn attempts<'a>(
        self,
        data: &'a [u8],
        passwords: &'a [String],
    ) -> impl Iterator<Item = Vec<u8>> + 'a {
        let both = passwords.iter().flat_map(|password| {
            let (gbk, _, lost) = encoding_rs::GB18030.encode(password);
            let gbk = Some(gbk.into_owned()).filter(|gbk| !lost && gbk != password.as_bytes());
            [Some(password.as_bytes().to_vec()), gbk].into_iter().flatten()
        });
        both.filter_map(move |password| match self {
            Self::Old(checks) => old(data, &password, checks),
            Self::Aes(strength) => aes(data, &password, strength),
            Self::Unknown => None,
        })
    }
}

fn old(data: &[u8], password: &[u8], checks: [u8; 2]) -> Option<Vec<u8>> {
    let mut keys = Keys::new(password);
    let mut plain: Vec<u8> = data.iter().map(|&byte| keys.decrypt(byte)).collect();
    let last = *plain.get(OLD_HEAD_BYTES - 1)?;
    checks.contains(&last).then(|| plain.split_off(OLD_HEAD_BYTES))
}

/// The state of the old cipher.
struct Keys([u32; 3]);

impl Keys {
    fn new(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        for &byte in password {
            keys.update(byte);
        }
        keys
    }

    fn update(&mut self, byte: u8) {
        let [first, second, third] = &mut self.0;
        *first = crc_step(*first, byte);
        *second = second.wrapping_add(*first & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        *third = crc_step(*third, second.to_le_bytes()[3]);
    }

    fn decrypt(&mut self, byte: u8) -> u8 {
        let mask = self.0[2] | 2;
        let plain = byte ^ mask.wrapping_mul(mask ^ 1).to_le_bytes()[1];
        self.update(plain);
        plain
    }
}

/// One step of CRC-32, without the inversions at its ends.
fn crc_step(crc: u32, byte: u8) -> u32 {
    TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ crc >> 8
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256_u32 {
        let (mut value, mut bit) = (index, 0);
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ value >> 1 } else { value >> 1 };
            bit += 1;
        }
        table[index as usize] = value;
        index += 1;
    }
    table
}

fn aes(data: &[u8], password: &[u8], strength: u8) -> Option<Vec<u8>> {
    let (salt_bytes, key_bytes) = match strength {
        1 => (8, 16),
        2 => (12, 24),
        3 => (16, 32),
        _ => return None,
    };
    let (salt, rest) = data.split_at_checked(salt_bytes)?;
    let (check, rest) = rest.split_at_checked(2)?;
    let (body, _) = rest.split_at_checked(rest.len().checked_sub(PROOF_BYTES)?)?;
    // The key of the cipher, that of the proof, and two bytes to tell a wrong password.
    let mut keys = vec![0; 2 * key_bytes + 2];
    pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut keys);
    if !keys.ends_with(check) {
        return None;
    }
    let mut plain = body.to_vec();
    Cipher::new(keys.get(..key_bytes)?)?.count(&mut plain);
    Some(plain)
}
