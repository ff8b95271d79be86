//! Two colleagues at what waits for two keys.

use super::*;

/// A recipient that the first charter did not have.
fn with_recipient() -> String {
    let recipient = "recipients:\n  post: { name: The Post, country: GB, role: processor, contact: dpo@post.example }\n";
    CHARTER.replace("\npurposes:", &format!("\n{recipient}\npurposes:")).replacen(
        "columns: [given_name, email]",
        "columns: [given_name, email]\n    recipients: [post]",
        1,
    )
}

/// A portal where something waits, with a colleague's token for each of these roles.
fn waiting(roles: &[&str]) -> (Visitor, Vec<String>) {
    let visitor = Visitor::new();
    let workspace = visitor.portal.workspace();
    let charter = theirs_charter::Charter::read("charter.yaml", &with_recipient()).unwrap();
    workspace.apply(&alone(&charter)).unwrap();
    let add = |role: &&str| {
        let (given, now) = ([(*role).to_owned()], workspace.clock.now());
        let added = workspace.store.add_principal(role, &given, &workspace.keys, now).unwrap();
        added.token
    };
    let tokens = roles.iter().map(add).collect();
    (visitor, tokens)
}

/// Signs a colleague in, and gives what their forms carry.
async fn enter(visitor: &mut Visitor, name: &str, secret: &str) -> String {
    visitor.cookie = None;
    let signed = visitor.post("/staff", &format!("name={name}&token={secret}")).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    let page = visitor.get("/staff/keys").await.text;
    let digest = page.split("name=\"digest\" value=\"").nth(1).unwrap();
    let digest = digest.split('"').next().unwrap();
    format!("form_token={}&subject=recipient%3Apost&digest={digest}", token(&page))
}

fn is_open(visitor: &Visitor) -> bool {
    let authority = visitor.portal.workspace().authority().unwrap();
    authority.gate("recipient:post").unwrap().is_open()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_colleagues_turn_their_keys_and_the_officer_vetoes() {
    let (mut visitor, tokens) = waiting(&["it", "marketing", "privacy"]);
    for (name, secret) in [("it", &tokens[0]), ("marketing", &tokens[1])] {
        assert!(!is_open(&visitor));
        let form = enter(&mut visitor, name, secret).await;
        let front = visitor.get("/marketing").await.text;
        assert!(front.contains("1 thing waits") && front.contains("for your key"), "{front}");
        let rest = format!("{form}&way=approve&reason=they+print+it&token={secret}");
        let done = visitor.post("/staff/keys", &rest).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    assert!(is_open(&visitor));
    let page = visitor.get("/staff/keys").await.text;
    assert!(
        page.contains("they print it") && page.contains("The key of IT was turned by it"),
        "{page}"
    );
    told_to_everybody(&mut visitor, "both said yes").await;
    let form = enter(&mut visitor, "it", &tokens[0]).await;
    let back = format!("{form}&way=withdraw&reason=not+now&token={}", tokens[0]);
    assert_eq!(visitor.post("/staff/keys", &back).await.status, StatusCode::SEE_OTHER);
    told_to_everybody(&mut visitor, "our technical team took its yes back on").await;
    let form = enter(&mut visitor, "privacy", &tokens[2]).await;
    let veto = format!("{form}&way=veto&reason=not+yet&token={}", tokens[2]);
    assert_eq!(visitor.post("/staff/keys", &veto).await.status, StatusCode::SEE_OTHER);
    assert!(!is_open(&visitor));
    told_to_everybody(&mut visitor, "our privacy officer stopped it on").await;
}

/// Whoever reads the page of trust is told this, and no colleague's reason.
async fn told_to_everybody(visitor: &mut Visitor, told: &str) {
    visitor.cookie = None;
    let trust = visitor.get("/trust").await.text;
    let marketing = "yes from our marketing team on";
    for part in ["The Post", "it is new", marketing, told] {
        assert!(trust.contains(part), "{part}: {trust}");
    }
    assert!(!trust.contains("they print it") && !trust.contains("not now"), "{trust}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_alone_turns_nothing_and_neither_does_a_digest_that_is_old() {
    let (mut visitor, tokens) = waiting(&["it", "marketing"]);
    let form = enter(&mut visitor, "it", &tokens[0]).await;
    let old = form.replace("&digest=", "&digest=00");
    for (form, rest, status) in [
        (&form, "way=approve&reason=yes&token=guess".to_owned(), StatusCode::FORBIDDEN),
        (&form, format!("way=approve&reason=yes&token={}", tokens[1]), StatusCode::FORBIDDEN),
        (&form, format!("way=veto&reason=no&token={}", tokens[0]), StatusCode::FORBIDDEN),
        (
            &form,
            format!("way=approve&reason=&token={}", tokens[0]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            &form,
            format!("way=sell&reason=yes&token={}", tokens[0]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            &old,
            format!("way=approve&reason=yes&token={}", tokens[0]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let page = visitor.post("/staff/keys", &format!("{form}&{rest}")).await;
        assert_eq!(page.status, status, "{rest}: {}", page.text);
    }
    let forged = format!(
        "form_token=x&subject=recipient%3Apost&digest=0&way=approve&reason=y&token={}",
        tokens[0]
    );
    assert_eq!(visitor.post("/staff/keys", &forged).await.status, StatusCode::FORBIDDEN);
    let turns = visitor.portal.workspace().store.turns(&visitor.portal.workspace().keys).unwrap();
    assert!(turns.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_not_turn_does_not_wait_for_their_key() {
    let (mut visitor, _) = waiting(&["it"]);
    let workspace = visitor.portal.workspace();
    let (roles, now) = (["it", "marketing"].map(str::to_owned), workspace.clock.now());
    let max = workspace.store.add_principal("max", &roles, &workspace.keys, now).unwrap();
    let form = enter(&mut visitor, "max", &max.token).await;
    let page = visitor.get("/staff/keys").await.text;
    assert!(page.contains("1 thing waits for your key."), "{page}");
    let turned = format!("{form}&way=approve&reason=they+print+it&token={}", max.token);
    let done = visitor.post("/staff/keys", &turned).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    // The other key is missing, and they hold it too; but nobody turns both.
    for path in ["/staff/keys", "/marketing"] {
        let page = visitor.get(path).await.text;
        assert!(!page.contains("for your key") && !page.contains("waits for you"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_no_key_sees_no_list() {
    let charter = CHARTER.replace("    key: marketing", "    #");
    let ada = "C1,Ada,Bold,ada@mail.example,Saltmouth,yes\n";
    let mut visitor = Visitor::under(&charter, ada, Arc::new(SystemClock));
    assert!(visitor.get("/staff/keys").await.text.contains("Sign in"));
    let workspace = visitor.portal.workspace();
    let (roles, now) = (["marketing".to_owned()], workspace.clock.now());
    let ana = workspace.store.add_principal("ana", &roles, &workspace.keys, now).unwrap();
    visitor.post("/staff", &format!("name=ana&token={}", ana.token)).await;
    let page = visitor.get("/staff/keys").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("hold no key"), "{}", page.text);
}
