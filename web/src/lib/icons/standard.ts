import account from '@salesforce-ux/design-system/assets/icons/standard/account.svg?raw';
import call from '@salesforce-ux/design-system/assets/icons/standard/call.svg?raw';
import call_history from '@salesforce-ux/design-system/assets/icons/standard/call_history.svg?raw';
import case_ from '@salesforce-ux/design-system/assets/icons/standard/case.svg?raw';
import contact from '@salesforce-ux/design-system/assets/icons/standard/contact.svg?raw';
import lead from '@salesforce-ux/design-system/assets/icons/standard/lead.svg?raw';
import log_a_call from '@salesforce-ux/design-system/assets/icons/standard/log_a_call.svg?raw';
import people from '@salesforce-ux/design-system/assets/icons/standard/people.svg?raw';
import person_account from '@salesforce-ux/design-system/assets/icons/standard/person_account.svg?raw';
import record_update from '@salesforce-ux/design-system/assets/icons/standard/record_update.svg?raw';
import record from '@salesforce-ux/design-system/assets/icons/standard/record.svg?raw';
import report from '@salesforce-ux/design-system/assets/icons/standard/report.svg?raw';
import settings from '@salesforce-ux/design-system/assets/icons/standard/settings.svg?raw';
import task from '@salesforce-ux/design-system/assets/icons/standard/task.svg?raw';
import topic from '@salesforce-ux/design-system/assets/icons/standard/topic.svg?raw';
import voicemail from '@salesforce-ux/design-system/assets/icons/standard/voicemail_drop.svg?raw';
import user from '@salesforce-ux/design-system/assets/icons/standard/user.svg?raw';
import { asMask } from './utility';

const FILES = {
  account: [account, 'slds-icon-standard-account'],
  call: [call, 'slds-icon-standard-call'],
  call_history: [call_history, 'slds-icon-standard-call-history'],
  case: [case_, 'slds-icon-standard-case'],
  contact: [contact, 'slds-icon-standard-contact'],
  lead: [lead, 'slds-icon-standard-lead'],
  log_a_call: [log_a_call, 'slds-icon-standard-log-a-call'],
  people: [people, 'slds-icon-standard-people'],
  person_account: [person_account, 'slds-icon-standard-person-account'],
  record: [record, 'slds-icon-standard-record'],
  record_update: [record_update, 'slds-icon-standard-record-update'],
  report: [report, 'slds-icon-standard-report'],
  settings: [settings, 'slds-icon-standard-settings'],
  task: [task, 'slds-icon-standard-task'],
  topic: [topic, 'slds-icon-standard-topic'],
  user: [user, 'slds-icon-standard-user'],
  voicemail: [voicemail, 'slds-icon-standard-voicemail-drop'],
} as const;

export type StandardIcon = keyof typeof FILES;

export function standardMask(name: StandardIcon): string {
  return asMask(FILES[name][0]);
}

/** The class that gives the icon the background of its kind of record. */
export function standardClass(name: StandardIcon): string {
  return FILES[name][1];
}
