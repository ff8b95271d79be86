//! A mail server of this machine, as far as a test needs one; it repeats addresses in its answers.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use theirs_store::{MailSecurity, MailSettings};

/// How it takes a message; when it has no more words, it takes all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Takes it.
    Take,
    /// Puts it off.
    Later,
    /// Refuses it.
    Never,
    /// Hangs up when it hears of it.
    Drop,
    /// Takes it, and hangs up before it says so.
    DropLate,
    /// Wants to know first who speaks.
    Unknown,
}

pub struct Fake {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    words: Mutex<Vec<Word>>,
    arrived: Mutex<Vec<String>>,
    conversations: AtomicUsize,
}

impl Fake {
    /// Begins to listen.
    pub fn new(words: &[Word]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let words = Mutex::new(words.iter().rev().copied().collect());
        let (arrived, conversations) = (Mutex::default(), AtomicUsize::default());
        let shared = Arc::new(Shared { words, arrived, conversations });
        let heard = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                heard.conversations.fetch_add(1, Ordering::SeqCst);
                // Who hangs up has said enough.
                let _ = heard.talk(&stream.unwrap());
            }
        });
        Self { address, shared }
    }

    pub fn settings(&self) -> MailSettings {
        let (smtp, security) = (self.address.to_string(), MailSecurity::None);
        MailSettings { smtp, security, user: None, password_file: None, ca_file: None }
    }

    /// The messages that it has, in their order.
    pub fn arrived(&self) -> Vec<String> {
        self.shared.arrived.lock().unwrap().clone()
    }

    /// How often it was called.
    pub fn conversations(&self) -> usize {
        self.shared.conversations.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn talk(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream);
        let mut word = Word::Take;
        stream.write_all(b"220 fake.example\r\n")?;
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            let verb = line.get(..4).unwrap_or_default();
            let answer = match (verb, word) {
                ("EHLO", _) => "250-fake.example\r\n250 8BITMIME".to_owned(),
                ("MAIL", _) => {
                    word = self.words.lock().unwrap().pop().unwrap_or(Word::Take);
                    match word {
                        Word::Drop => return Ok(()),
                        Word::Unknown => format!("530 Who are you? {line} ada@mail.example"),
                        _ => "250 OK".to_owned(),
                    }
                }
                ("RCPT", Word::Later) => format!("451 Later {line}"),
                ("RCPT", Word::Never) => format!("550 No such mailbox {line}"),
                ("DATA", _) => {
                    stream.write_all(b"354 Go on\r\n")?;
                    let text = message(&mut lines)?;
                    self.arrived.lock().unwrap().push(text);
                    if word == Word::DropLate {
                        return Ok(());
                    }
                    "250 Taken".to_owned()
                }
                ("QUIT", _) => "221 Bye".to_owned(),
                _ => "250 OK".to_owned(),
            };
            stream.write_all(format!("{answer}\r\n").as_bytes())?;
        }
    }
}

/// A message up to its end, its dots as they were (RFC 5321, section 4.5.2).
fn message(lines: &mut impl BufRead) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(text.trim_end().to_owned());
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
