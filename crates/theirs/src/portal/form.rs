//! A form as a browser sends it; one that cannot be read is answered with a page of our own.

use std::sync::Arc;

use axum::extract::{Form, FromRequest, Request};
use axum::response::Response;
use serde::de::DeserializeOwned;

use super::Portal;
use super::here::Here;
use super::message::unreadable;

/// The fields of a form.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Portal>> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Arc<Portal>) -> Result<Self, Response> {
        let headers = request.headers().clone();
        match Form::<T>::from_request(request, portal).await {
            Ok(Form(form)) => Ok(Self(form)),
            Err(rejection) => {
                let here = Here::of(Arc::clone(portal), &headers);
                Err(unreadable(&here, rejection.status()))
            }
        }
    }
}
