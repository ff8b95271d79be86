//! Whether the client is still at the other end, which nobody else looks at while its statement runs.

use std::io;
use std::time::Duration;

use futures::FutureExt;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::Interest;
use tokio::net::TcpStream;

/// How often one looks.
const EVERY: Duration = Duration::from_secs(1);
/// After how much silence the network is asked whether the client's machine is still there, and how
/// long it has for each of some answers.
const SILENCE: Duration = Duration::from_mins(1);
const ANSWER: Duration = Duration::from_secs(10);

/// A second handle on a client's socket.
pub(crate) struct Watch(TcpStream);

impl Watch {
    /// Watches a socket.
    pub(crate) fn of(socket: TcpStream) -> io::Result<(TcpStream, Self)> {
        let keepalive = TcpKeepalive::new().with_time(SILENCE).with_interval(ANSWER);
        SockRef::from(&socket).set_tcp_keepalive(&keepalive)?;
        let socket = socket.into_std()?;
        let twin = socket.try_clone()?;
        Ok((TcpStream::from_std(socket)?, Self(TcpStream::from_std(twin)?)))
    }

    /// Ends when the client has hung up, whatever it sent before that is still unread.
    pub(crate) async fn gone(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            match self.0.ready(Interest::READABLE).now_or_never() {
                Some(Ok(ready)) if !ready.is_read_closed() => {}
                None => {}
                Some(_) => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_client_is_gone_when_it_hung_up_and_not_before() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut client = TcpStream::connect(address).await.unwrap();
        let (_socket, watch) = Watch::of(listener.accept().await.unwrap().0).unwrap();
        client.write_all(b"what nobody reads").await.unwrap();
        assert!(timeout(3 * EVERY / 2, watch.gone()).await.is_err());
        drop(client);
        assert!(timeout(10 * EVERY, watch.gone()).await.is_ok());
    }
}
