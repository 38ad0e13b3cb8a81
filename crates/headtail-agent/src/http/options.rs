//! The options of `headtail serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::mcp::Leases;
use crate::values::Bounds;

/// Serve processes over HTTP, on a Unix socket and, if asked to, on a loopback address
#[derive(clap::Args, Debug)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct ServeOptions {
    /// Listen on this Unix socket instead of api.sock in the runtime directory
    #[arg(long, value_name = "PATH")]
    pub(super) socket: Option<PathBuf>,
    /// Listen on this loopback address too; port 0 picks one
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = loopback)]
    pub(super) listen: Option<SocketAddr>,
    /// Read the token for ADDRESS:PORT from FILE, which is created if it is missing [default: token in the runtime directory]
    #[arg(long, value_name = "FILE", requires = "listen")]
    pub(super) token_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) bounds: Bounds,
    #[command(flatten)]
    pub(super) leases: Leases,
    /// Print a line on stderr for each request
    #[arg(long)]
    pub(super) verbose: bool,
}

const AFTER_HELP: &str = "\
Only your own user and root can use the socket. Over ADDRESS:PORT each request needs the header
`Authorization: Bearer TOKEN`. The server keeps no state: processes go on when it ends, and two may run side by side.
GET /api/v0/openapi.json describes all routes; at /mcp is what `headtail mcp` is on standard input and output.

  $ headtail serve &
  listening on unix:/run/user/1000/headtail/api.sock
  $ curl --unix-socket /run/user/1000/headtail/api.sock http://localhost/api/v0/processes/list";

fn loopback(text: &str) -> Result<SocketAddr, &'static str> {
    let address: SocketAddr = text.parse().map_err(|_| "not an address and a port such as 127.0.0.1:8080")?;
    if address.ip().is_loopback() { Ok(address) } else { Err("not a loopback address such as 127.0.0.1") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_accepted() {
        assert!(["127.0.0.1:0", "[::1]:80", "127.8.8.8:1"].iter().all(|text| loopback(text).is_ok()));
        for text in ["0.0.0.0:80", "192.168.1.1:80", "[::]:80", "localhost:80", "127.0.0.1", "80", ""] {
            assert!(loopback(text).is_err(), "{text}");
        }
    }
}
