//! The objects that every org has, as far as calls have to do with them. Kinds and lengths as recorded describes of real orgs
//! show them; how a line is read says `notation.rs`.

/// Those whom calls are with.
pub(super) const PEOPLE: &str = "
object Account 001 Account/Accounts
MasterRecordId reference ro > Account/MasterRecord
Name string 255 label=Account~Name
LastName string 80
FirstName string 40
Salutation picklist = Mr.;Ms.;Mrs.;Dr.;Prof.
Type picklist 255 = Prospect;Customer - Direct;Customer - Channel;Channel Partner / Reseller;Installation Partner;Technology Partner;Other
RecordTypeId reference > RecordType/RecordType
ParentId reference > Account/Parent:ChildAccounts
BillingStreet textarea 255
BillingCity string 40
BillingState string 80
BillingPostalCode string 20
BillingCountry string 80
ShippingStreet textarea 255
ShippingCity string 40
ShippingState string 80
ShippingPostalCode string 20
ShippingCountry string 80
Phone phone label=Account~Phone
Fax phone label=Account~Fax
AccountNumber string 40
Website url 255
Industry picklist 255 = Agriculture;Banking;Consulting;Education;Energy;Healthcare;Insurance;Retail;Technology;Telecommunications;Other
AnnualRevenue currency
NumberOfEmployees int label=Employees
Description textarea 32000 label=Account~Description
OwnerId reference ! > User/Owner
LastActivityDate date ro
LastViewedDate datetime ro
LastReferencedDate datetime ro
IsPersonAccount boolean ! ro
PersonContactId reference ro > Contact/PersonContact
PersonMobilePhone phone label=Mobile
PersonHomePhone phone label=Home~Phone
PersonOtherPhone phone label=Other~Phone
PersonAssistantPhone phone label=Asst.~Phone
PersonEmail email 80 label=Email
PersonTitle string 80 label=Title
PersonBirthdate date label=Birthdate
PersonDepartment string 80 label=Department

object Contact 003 Contact/Contacts
MasterRecordId reference ro > Contact/MasterRecord
AccountId reference > Account/Account:Contacts
LastName string 80 !
FirstName string 40
Salutation picklist = Mr.;Ms.;Mrs.;Dr.;Prof.
Name string 121 ! ro label=Full~Name
OtherCity string 40
OtherCountry string 80
MailingStreet textarea 255
MailingCity string 40
MailingState string 80
MailingPostalCode string 20
MailingCountry string 80
Phone phone label=Business~Phone
Fax phone label=Business~Fax
MobilePhone phone
HomePhone phone
OtherPhone phone
AssistantPhone phone label=Asst.~Phone
ReportsToId reference > Contact/ReportsTo
Email email 80 lookup
Title string 128
Department string 80
AssistantName string 40
LeadSource picklist 255 = Web;Phone Inquiry;Partner Referral;Purchased List;Other
Birthdate date
Description textarea 32000 label=Contact~Description
OwnerId reference ! > User/Owner
LastActivityDate date ro
LastViewedDate datetime ro
LastReferencedDate datetime ro
EmailBouncedReason string 255
IsEmailBounced boolean ! ro
IsPersonAccount boolean ! ro

object Lead 00Q Lead/Leads
MasterRecordId reference ro > Lead/MasterRecord
LastName string 80 !
FirstName string 40
Salutation picklist = Mr.;Ms.;Mrs.;Dr.;Prof.
Name string 121 ! ro label=Full~Name
Title string 128
Company string 255 !
Street textarea 255
City string 40
State string 80
PostalCode string 20
Country string 80
Phone phone
MobilePhone phone
Fax phone
Email email 80 lookup
Website url 255
Description textarea 32000
LeadSource picklist 255 = Web;Phone Inquiry;Partner Referral;Purchased List;Other
Status picklist 255 ! default=Open~-~Not~Contacted = Open - Not Contacted;Working - Contacted;Closed - Converted;Closed - Not Converted
Industry picklist 255 = Agriculture;Banking;Consulting;Education;Energy;Healthcare;Insurance;Retail;Technology;Telecommunications;Other
Rating picklist 255 = Hot;Warm;Cold
NumberOfEmployees int label=Employees
OwnerId reference ! > Group|User/Owner
IsConverted boolean ! once label=Converted
ConvertedDate date ro
ConvertedAccountId reference ro > Account/ConvertedAccount
ConvertedContactId reference ro > Contact/ConvertedContact
ConvertedOpportunityId reference ro > Opportunity/ConvertedOpportunity
IsUnreadByOwner boolean ! default=true
LastActivityDate date ro
LastViewedDate datetime ro
LastReferencedDate datetime ro
";

/// What calls are about, and how they are noted.
pub(super) const WORK: &str = "
object Case 500 Case/Cases
MasterRecordId reference ro > Case/MasterRecord
CaseNumber string 30 ! ro lookup
ContactId reference > Contact/Contact:Cases
AccountId reference > Account/Account:Cases
ParentId reference > Case/Parent:Cases
SuppliedName string 80 label=Web~Name
SuppliedEmail email 80 label=Web~Email
SuppliedPhone string 40 label=Web~Phone
SuppliedCompany string 80 label=Web~Company
Type picklist 255 label=Case~Type = Problem;Feature Request;Question
RecordTypeId reference > RecordType/RecordType
Status picklist 255 default=New = New;Working;Escalated;Closed
Reason picklist 255 label=Case~Reason = Installation;Performance;Breakdown;Other
Origin picklist 255 label=Case~Origin = Phone;Email;Web
Subject string 255
Priority picklist 255 default=Medium = High;Medium;Low
Description textarea 32000
IsClosed boolean ! ro label=Closed
ClosedDate datetime ro
IsEscalated boolean ! label=Escalated
OwnerId reference ! > Group|User/Owner
ContactPhone phone computed
ContactMobile phone computed
ContactEmail email 80 computed
ContactFax phone computed
LastViewedDate datetime ro
LastReferencedDate datetime ro

object Opportunity 006 Opportunity/Opportunities
AccountId reference > Account/Account:Opportunities
ContactId reference once > Contact/Contact
Name string 120 !
Description textarea 32000
StageName picklist 255 ! label=Stage = Prospecting;Qualification;Proposal/Price Quote;Closed Won;Closed Lost
Amount currency
CloseDate date !
IsClosed boolean ! ro label=Closed
IsWon boolean ! ro label=Won
OwnerId reference ! > User/Owner
LastViewedDate datetime ro
LastReferencedDate datetime ro

object Task 00T Task/Tasks
WhoId reference label=Name~ID > Contact|Lead/Who:Tasks
WhatId reference label=Related~To~ID > Account|Case|Opportunity|Call_Activity__c/What:Tasks
WhoCount int ro
WhatCount int ro
Subject combobox 255 = Call;Send Letter;Send Quote;Other
ActivityDate date label=Due~Date~Only
Status picklist 255 ! default=Not~Started = Not Started;In Progress;Completed;Waiting on someone else;Deferred
Priority picklist 255 ! default=Normal = High;Normal;Low
IsHighPriority boolean ! ro label=High~Priority
OwnerId reference ! label=Assigned~To~ID > Group|User/Owner
Description textarea 32000
AccountId reference ro > Account/Account
IsClosed boolean ! ro label=Closed
IsArchived boolean ! ro label=Archived
CallDurationInSeconds int label=Call~Duration
CallType picklist 40 restricted = Internal;Inbound;Outbound
CallDisposition string 255 label=Call~Result
CallObject string 255 label=Call~Object~Identifier
ReminderDateTime datetime
IsReminderSet boolean !
TaskSubtype picklist 40 once restricted default=Task = Task;Email;ListEmail;Cadence;Call;LinkedIn
CompletedDateTime datetime ro

object TaskStatus 01T Task~Status~Value/Task~Status~Value read-only
MasterLabel string 255 ro
ApiName string 255 ro
SortOrder int ro
IsDefault boolean ro
IsClosed boolean ro
";

/// The org itself, those who work in it, and what they may.
pub(super) const SETUP: &str = "
object Organization 00D Organization/Organization read-only
Name string 80 ro
InstanceName string 5 ro
IsSandbox boolean ro
OrganizationType picklist 40 ro
NamespacePrefix string 15 ro
TrialExpirationDate datetime ro
DefaultLocaleSidKey picklist 40 ro
DefaultAccountAccess picklist 40 ro restricted = None;Read;Edit;ControlledByLeadOrContact;ControlledByCampaign
DefaultContactAccess picklist 40 ro restricted = None;Read;Edit;ControlledByParent
DefaultLeadAccess picklist 40 ro restricted = None;Read;Edit;ReadEditTransfer
DefaultCaseAccess picklist 40 ro restricted = None;Read;Edit;ReadEditTransfer
LanguageLocaleKey picklist 40 ro
TimeZoneSidKey picklist 40 ro
Country string 80 ro
PrimaryContact string 80 ro
CreatedDate datetime ro
SystemModstamp datetime ro

object User 005 User/Users
Username string 80 ! lookup
LastName string 80 !
FirstName string 40
Name string 121 ! ro label=Full~Name
Email email 128 !
Alias string 8 !
Phone phone
MobilePhone phone
Extension phone
Title string 80
Department string 80
IsActive boolean ! default=true label=Active
UserType picklist 40 ro default=Standard
ProfileId reference ! > Profile/Profile
UserRoleId reference > UserRole/UserRole
TimeZoneSidKey picklist 40 ! default=Europe/Madrid
LocaleSidKey picklist 40 ! default=es_ES
LanguageLocaleKey picklist 40 ! default=es
EmailEncodingKey picklist 40 ! default=UTF-8
CallCenterId reference > CallCenter/CallCenter
FederationIdentifier string 512
LastLoginDate datetime ro

object Group 00G Group/Groups read-only
Name string 40 ro
DeveloperName string 80 ro
Type picklist 40 ro = Regular;Queue

object Profile 00e Profile/Profiles read-only
Name string 255 ro
UserLicenseId string 18 ro

object UserRole 00E Role/Role read-only
Name string 80 ro
DeveloperName string 80 ro

object CallCenter 04v Call~Center/Call~Centers read-only
Name string 80 ro
InternalName string 80 ro
AdapterUrl string 1000 ro

object PermissionSet 0PS Permission~Set/Permission~Sets read-only
Name string 80 ro
Label string 80 ro

object PermissionSetAssignment 0Pa Permission~Set~Assignment/Permission~Set~Assignments
PermissionSetId reference ! once > PermissionSet/PermissionSet:Assignments
AssigneeId reference ! once > User/Assignee:PermissionSetAssignments

object RecordType 012 Record~Type/Record~Types read-only
Name string 80 ro
DeveloperName string 80 ro
SobjectType picklist 40 ro
IsActive boolean ro
IsPersonType boolean ro

object UserRecordAccess - User~Record~Access/User~Record~Access read-only
UserId reference ro > User
RecordId string 18 ro
HasReadAccess boolean ro
HasEditAccess boolean ro
HasDeleteAccess boolean ro
HasTransferAccess boolean ro
HasAllAccess boolean ro
MaxAccessLevel picklist 40 ro
";
