//! What changed of several kinds, by one call: the queries of those that keep up go together, each answered for itself. A kind
//! that is read for the first time is asked for alone.

use super::super::Salesforce;
use super::super::governor::Purpose;
use super::super::reading::Selection;
use super::place::{Phase, Stand};
use super::take;
use crate::contract::{Changed, Place};
use crate::error::CrmError;
use domain::mirror::Mirrored;

/// A kind that keeps up, and where it stands.
struct Following {
    nth: usize,
    selection: Selection,
    stand: Stand,
}

impl Salesforce {
    /// A page of what changed of each of these kinds, in their order.
    pub(in super::super) async fn changed_of(
        &self,
        kinds: &[(Mirrored, Option<Place>)],
    ) -> Vec<Result<Changed, CrmError>> {
        let (mut following, mut answers) = (Vec::new(), Vec::new());
        for (nth, (of, since)) in kinds.iter().enumerate() {
            let stand = since.as_ref().and_then(Stand::of_place);
            let keeps_up = stand.filter(|stand| matches!(stand.phase, Phase::Follow { .. }));
            let Some(stand) = keeps_up else {
                answers.push((nth, self.changed_since(*of, since.as_ref()).await));
                continue;
            };
            match self.selection(*of).await {
                Ok(selection) if selection.choice == stand.choice => {
                    following.push(Following { nth, selection, stand });
                }
                // Other phone fields were chosen: everything is read anew.
                Ok(_) => answers.push((nth, self.changed_since(*of, since.as_ref()).await)),
                Err(error) => answers.push((nth, Err(error))),
            }
        }
        answers.extend(self.all_that_follow(following).await);
        answers.sort_by_key(|(nth, _)| *nth);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    async fn all_that_follow(&self, following: Vec<Following>) -> Vec<(usize, Result<Changed, CrmError>)> {
        let now = self.api.surroundings().now();
        let queries: Vec<String> =
            following.iter().map(|one| self.page_query(&one.selection, &one.stand, now)).collect();
        let found = match self.api.query_together(&queries, true, Purpose::Rest).await {
            Ok(found) => found,
            Err(error) => return following.iter().map(|one| (one.nth, Err(error.clone()))).collect(),
        };
        let mut answers = Vec::new();
        for (one, found) in following.into_iter().zip(found) {
            let Following { nth, selection, mut stand } = one;
            let answer = match found {
                Ok(found) => {
                    let (news, more) = take(&selection, &mut stand, &found, now);
                    self.followed(&selection, stand, news, more).await
                }
                Err(error) => {
                    self.describes.doubt(&error).await;
                    Err(error)
                }
            };
            answers.push((nth, answer));
        }
        answers
    }
}
