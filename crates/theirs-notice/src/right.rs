//! What somebody may ask for, and how, in words that a client reads.
//!
//! It is the sum of what the laws of `reference` give: who has more rights than the law of their
//! country asks for loses nothing by it.

use serde::Serialize;
use theirs_charter::Charter;

use crate::terms::{Sale, sale};

/// Something that a person may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Right {
    /// A short name.
    pub name: &'static str,
    /// The laws that give it.
    pub law: &'static str,
    /// What it means, and how to use it.
    pub how: String,
}

/// Every right, in the order in which it is told.
pub fn rights(charter: &Charter) -> Vec<Right> {
    let mut rights = to_data(charter);
    rights.extend(to_say_no(sale(charter)));
    rights.extend(to_an_answer(charter));
    rights
}

fn right(name: &'static str, law: &'static str, how: impl Into<String>) -> Right {
    Right { name, law, how: how.into() }
}

fn to_data(charter: &Charter) -> Vec<Right> {
    let contact = &charter.controller.privacy_contact;
    vec![
        right(
            "See it and take a copy",
            "GDPR Art. 15; CCPA 1798.110; PIPEDA 4.9; Quebec s. 27",
            format!(
                "You may see all your data and take a copy home, free of charge and as often as \
                 you like: on your page, or by writing to {contact}."
            ),
        ),
        right(
            "Have it put right",
            "GDPR Art. 16; CCPA 1798.106; PIPEDA 4.9.5; Quebec s. 28",
            "If something is wrong, tell us what is right, or that it may be wrong: press \"This is \
             wrong\" beside it on your page. Your word counts at once, and nothing that we get \
             later puts the old value back. You may add a note of your own.",
        ),
        right(
            "Have it erased",
            "GDPR Art. 17; CCPA 1798.105; Quebec s. 28.1",
            "You may have your data erased: press \"Erase all my data\" on your page. We keep only \
             what a law asks us to keep, and tell you what that is.",
        ),
        right(
            "Put it on hold",
            "GDPR Art. 18; PIPEDA 4.5",
            "You may tell us to keep your data but not to use it: press \"Put everything on hold\" \
             on your page. We tell you before a hold ends that you did not end yourself.",
        ),
        right(
            "Take it elsewhere",
            "GDPR Art. 20; Quebec s. 27",
            "What you gave us, and what we noted while you dealt with us, you may take to another \
             firm: the copy comes as a file that programs can read (JSON or CSV) too. If you like, \
             we send it there ourselves.",
        ),
        right(
            "Have others told",
            "GDPR Art. 19; CCPA 1798.105 and 1798.106; PIPEDA 4.9.5",
            "When something is put right, erased or put on hold, we tell everybody whom we gave it \
             to. You may ask us who they are; they are named in the copy.",
        ),
    ]
}

/// What a no to selling does, where it ends every sale.
const NO_SALE: &str = "You may tell us not to sell or share your data, and to use private facts about you \
                    only for what you asked of us. A signal of your browser (Global Privacy Control) is \
                    enough. We treat nobody worse for it.";
/// The same, where somebody is given data for what people asked of us, or by law, and goes on to be.
const NO_SALE_PARTLY: &str = "You may tell us not to sell or share your data, and to use private facts about you \
                           only for what you asked of us. A signal of your browser (Global Privacy Control) is \
                           enough. That does not end every use that the law calls a sale: each says whether it \
                           stops. We treat nobody worse for it.";

fn to_say_no(sale: Sale) -> Vec<Right> {
    vec![
        right(
            "Take back your yes",
            "GDPR Art. 7(3); CASL s. 11; PIPEDA 4.3.8; Quebec s. 8",
            "Where we use your data because you said yes, you may take that back on your page, as \
             easily as you gave it. It does not change what was done before.",
        ),
        right(
            "Say no to marketing",
            "GDPR Art. 21(2) and (3); CASL s. 11",
            "You may say no to marketing at any time, and to being looked at for it. You need no \
             reason, and we stop at once: press \"Stop all marketing with my data\", or say so in \
             answer to any message.",
        ),
        right(
            "Say no to other uses",
            "GDPR Art. 21(1)",
            "Where we use your data because we have a fair reason, you may say no: press \"Stop \
             this\" beside that use on your page.",
        ),
        right(
            "Not be sold, shared or shown to more people than needed",
            "CCPA 1798.120, 1798.121 and 1798.135",
            if sale == Sale::GoesOn { NO_SALE_PARTLY } else { NO_SALE },
        ),
        right(
            "Not be judged by a machine",
            "GDPR Art. 22; Quebec s. 12.1",
            "If a rule alone picked you, or left you out, you may ask why, say what you think of \
             it, and have a person look at it.",
        ),
    ]
}

fn to_an_answer(charter: &Charter) -> Vec<Right> {
    let contact = &charter.controller.privacy_contact;
    let whom = charter.controller.authority.as_ref().map_or_else(
        || "the data protection authority where you live".to_owned(),
        |authority| {
            format!("{} ({}), or the one where you live", authority.name, authority.contact)
        },
    );
    vec![
        right(
            "Get an answer in time",
            "GDPR Art. 12(3) to (6); CCPA 1798.130; PIPEDA s. 8(3); Quebec s. 32",
            "We answer within a month, or within 30 days where your law says so, free of charge. \
             If we need longer we tell you why before then; it is never more than two months more. If we say no, we tell you why. \
             We ask who you are only as far as we must, and never for a passport or a quiz.",
        ),
        right(
            "Complain",
            "GDPR Art. 13(2)(d), 77 and 79; UK Data (Use and Access) Act 2025 s. 103",
            format!(
                "If you are not content, write to {contact}: we say within 30 days that we have \
                 your complaint. You may also complain to {whom}. And you may go to court."
            ),
        ),
    ]
}
