use openssl::hash::{hash, MessageDigest};
use std::io::{Read, Write};
use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).expect("usage: signer ADDRESS");
    for stream in TcpListener::bind(address)?.incoming() {
        let mut stream = stream?;
        let mut request = [0u8; 4096];
        let length = stream.read(&mut request)?;
        let text = String::from_utf8_lossy(&request[..length]).into_owned();
        let path = text.split(' ').nth(1).unwrap_or("/").to_owned();
        let digest = hash(MessageDigest::sha256(), path.as_bytes()).expect("sha256");
        let body: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())?;
    }
    Ok(())
}
