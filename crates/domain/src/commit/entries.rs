//! What some changes of a Commit carry and nothing else does.

use crate::duty::AgentState;
use crate::id::{AgentKey, At};

/// An entry of an agent's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentStateEntry {
    /// The agent.
    pub agent: AgentKey,
    /// What they are doing.
    pub state: AgentState,
    /// Why they are away.
    pub reason: Option<String>,
    /// Since when.
    pub since: At,
}

/// Bytes of one connection of a source, cut at frame ends, exactly as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameChunk {
    /// Name of the source.
    pub source: String,
    /// Counts the chunks of the source, from 1, without gaps.
    pub chunk: u64,
    /// Counts the connections of the source, from 1.
    pub connection: u64,
    /// How many frames of this connection came before.
    pub first_frame: u64,
    /// When the last byte arrived, by our clock.
    pub received_at: At,
    /// The bytes.
    pub bytes: Vec<u8>,
}
