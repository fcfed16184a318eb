//! Telling the client: one method a sort of event. Nothing is decided here. Every method answers the time of
//! its event, which passes whether or not anybody listens: the same calls have the same times.

use super::ObedientPbx;
use super::call::{BridgeId, LegId};
use super::frame::Frame;
use domain::id::At;
use std::fmt::Display;

impl ObedientPbx {
    /// An event that `write` fills in.
    pub(super) fn tell(&mut self, event: &str, write: impl FnOnce(&ObedientPbx, Frame) -> Frame) -> At {
        let at = self.wire.tick(self.now);
        if self.session.listens() {
            let frame = write(self, Frame::event(event, at, &self.settings.system));
            self.wire.send(at, frame);
        }
        at
    }

    /// An event about one leg.
    pub(super) fn tell_leg(&mut self, event: &str, leg: LegId, more: &[(&str, &dyn Display)]) -> At {
        self.tell(event, |pbx, frame| pbx.write_leg("", leg, frame).put_all(more))
    }

    /// An event about a leg that is called, and the one that calls it.
    pub(super) fn tell_dial(
        &mut self,
        event: &str,
        by: Option<LegId>,
        leg: LegId,
        more: &[(&str, &dyn Display)],
    ) -> At {
        self.tell(event, |pbx, frame| {
            let frame = match by {
                Some(by) => pbx.write_leg("", by, frame),
                None => frame,
            };
            pbx.write_leg("Dest", leg, frame).put_all(more)
        })
    }

    /// An event about a bridge.
    pub(super) fn tell_bridge(&mut self, event: &str, bridge: BridgeId) -> At {
        self.tell(event, |pbx, frame| pbx.write_bridge("", bridge, frame))
    }

    /// An event about a leg in a bridge.
    pub(super) fn tell_bridge_leg(
        &mut self,
        event: &str,
        bridge: BridgeId,
        leg: LegId,
        more: &[(&str, &dyn Display)],
    ) -> At {
        self.tell(event, |pbx, frame| {
            let frame = pbx.write_bridge("", bridge, frame);
            pbx.write_leg("", leg, frame).put_all(more)
        })
    }

    /// Adds a leg to a frame.
    pub(super) fn write_leg(&self, prefix: &str, leg: LegId, frame: Frame) -> Frame {
        match self.legs.get(&leg) {
            Some(leg) => leg.write(prefix, frame),
            None => frame,
        }
    }

    /// Adds a bridge to a frame.
    pub(super) fn write_bridge(&self, prefix: &str, bridge: BridgeId, frame: Frame) -> Frame {
        match self.bridges.get(&bridge) {
            Some(bridge) => bridge.write(prefix, frame),
            None => frame,
        }
    }
}
