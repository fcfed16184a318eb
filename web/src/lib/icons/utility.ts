// The files are imported as they are and shown as masks, so that none of them is altered (CC BY-ND 4.0).
import add from '@salesforce-ux/design-system/assets/icons/utility/add.svg?raw';
import arrowdown from '@salesforce-ux/design-system/assets/icons/utility/arrowdown.svg?raw';
import arrowup from '@salesforce-ux/design-system/assets/icons/utility/arrowup.svg?raw';
import ban from '@salesforce-ux/design-system/assets/icons/utility/ban.svg?raw';
import call from '@salesforce-ux/design-system/assets/icons/utility/call.svg?raw';
import change_owner from '@salesforce-ux/design-system/assets/icons/utility/change_owner.svg?raw';
import muted from '@salesforce-ux/design-system/assets/icons/utility/muted.svg?raw';
import paused_call from '@salesforce-ux/design-system/assets/icons/utility/paused_call.svg?raw';
import play from '@salesforce-ux/design-system/assets/icons/utility/play.svg?raw';
import record from '@salesforce-ux/design-system/assets/icons/utility/record.svg?raw';
import unmuted from '@salesforce-ux/design-system/assets/icons/utility/unmuted.svg?raw';
import check from '@salesforce-ux/design-system/assets/icons/utility/check.svg?raw';
import chevronright from '@salesforce-ux/design-system/assets/icons/utility/chevronright.svg?raw';
import clock from '@salesforce-ux/design-system/assets/icons/utility/clock.svg?raw';
import close from '@salesforce-ux/design-system/assets/icons/utility/close.svg?raw';
import copy from '@salesforce-ux/design-system/assets/icons/utility/copy_to_clipboard.svg?raw';
import dialing from '@salesforce-ux/design-system/assets/icons/utility/dialing.svg?raw';
import download from '@salesforce-ux/design-system/assets/icons/utility/download.svg?raw';
import down from '@salesforce-ux/design-system/assets/icons/utility/down.svg?raw';
import edit from '@salesforce-ux/design-system/assets/icons/utility/edit.svg?raw';
import end_call from '@salesforce-ux/design-system/assets/icons/utility/end_call.svg?raw';
import error from '@salesforce-ux/design-system/assets/icons/utility/error.svg?raw';
import favorite from '@salesforce-ux/design-system/assets/icons/utility/favorite.svg?raw';
import incoming_call from '@salesforce-ux/design-system/assets/icons/utility/incoming_call.svg?raw';
import info from '@salesforce-ux/design-system/assets/icons/utility/info.svg?raw';
import filter from '@salesforce-ux/design-system/assets/icons/utility/filterList.svg?raw';
import key from '@salesforce-ux/design-system/assets/icons/utility/key.svg?raw';
import keypad from '@salesforce-ux/design-system/assets/icons/utility/keypad.svg?raw';
import settings from '@salesforce-ux/design-system/assets/icons/utility/settings.svg?raw';
import logout from '@salesforce-ux/design-system/assets/icons/utility/logout.svg?raw';
import missed_call from '@salesforce-ux/design-system/assets/icons/utility/missed_call.svg?raw';
import new_window from '@salesforce-ux/design-system/assets/icons/utility/new_window.svg?raw';
import note from '@salesforce-ux/design-system/assets/icons/utility/note.svg?raw';
import outbound_call from '@salesforce-ux/design-system/assets/icons/utility/outbound_call.svg?raw';
import people from '@salesforce-ux/design-system/assets/icons/utility/people.svg?raw';
import pause from '@salesforce-ux/design-system/assets/icons/utility/pause.svg?raw';
import refresh from '@salesforce-ux/design-system/assets/icons/utility/refresh.svg?raw';
import search from '@salesforce-ux/design-system/assets/icons/utility/search.svg?raw';
import success from '@salesforce-ux/design-system/assets/icons/utility/success.svg?raw';
import undelete from '@salesforce-ux/design-system/assets/icons/utility/undelete.svg?raw';
import undo from '@salesforce-ux/design-system/assets/icons/utility/undo.svg?raw';
import archive from '@salesforce-ux/design-system/assets/icons/utility/archive.svg?raw';
import voicemail from '@salesforce-ux/design-system/assets/icons/utility/voicemail_drop.svg?raw';
import volume_high from '@salesforce-ux/design-system/assets/icons/utility/volume_high.svg?raw';
import volume_off from '@salesforce-ux/design-system/assets/icons/utility/volume_off.svg?raw';
import warning from '@salesforce-ux/design-system/assets/icons/utility/warning.svg?raw';

const FILES = {
  add,
  archive,
  arrowdown,
  arrowup,
  ban,
  call,
  change_owner,
  muted,
  paused_call,
  play,
  record,
  unmuted,
  check,
  chevronright,
  clock,
  close,
  copy,
  dialing,
  down,
  download,
  edit,
  end_call,
  error,
  favorite,
  filter,
  incoming_call,
  info,
  key,
  keypad,
  logout,
  missed_call,
  new_window,
  note,
  outbound_call,
  pause,
  people,
  refresh,
  search,
  settings,
  success,
  undelete,
  undo,
  voicemail,
  volume_high,
  volume_off,
  warning,
};

export type UtilityIcon = keyof typeof FILES;

export function utilityMask(name: UtilityIcon): string {
  return asMask(FILES[name]);
}

export function asMask(file: string): string {
  return `url("data:image/svg+xml,${encodeURIComponent(file)}")`;
}
