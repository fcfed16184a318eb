//! What the package that logs calls brings: an object of one record a call, and the id of ours on the records it is filed on. How a line is read says `notation.rs`.

/// A call. Its own id finds it, so that logging it twice leaves one.
pub(super) const CALL_ACTIVITY: &str = "
object Call_Activity__c a00 Call~Activity/Call~Activities
Name string 80 ! ro label=Call~Activity~Number
OwnerId reference ! > Group|User/Owner
LastActivityDate date ro
LastViewedDate datetime ro
LastReferencedDate datetime ro
Interaction_Id__c string 64 external unique case
Task_Id__c string 18
Part_Of__c string 64
Contact__c reference > Contact/Contact__r:Call_Activities__r
Lead__c reference > Lead/Lead__r:Call_Activities__r
Account__c reference > Account/Account__r:Call_Activities__r
Case__c reference > Case/Case__r:Call_Activities__r
Opportunity__c reference > Opportunity/Opportunity__r:Call_Activities__r
Agent__c reference > User/Agent__r:Call_Activities__r
Agent_Name__c string 255
Direction__c string 40
Call_Type__c string 40
Outcome__c string 40
Disposition__c string 255
Disposition_Code__c string 64
Notes__c textarea 32768
Customer_Number__c phone
Own_Number__c phone
Ring_Group__c string 255
Started_At__c datetime
Answered_At__c datetime
Ended_At__c datetime
Logged_At__c datetime
Talk_Seconds__c int
Wait_Seconds__c int
Recording_Url__c url 255
";

/// The fields that the package gives to the records a call is filed on: the id that a record of our own has, by which one that was
/// made twice is found to be the same.
pub(super) const OWN_IDS: &str = "
object Contact 003 Contact/Contacts
Bitacora_Id__c string 36 external unique case

object Lead 00Q Lead/Leads
Bitacora_Id__c string 36 external unique case

object Account 001 Account/Accounts
Bitacora_Id__c string 36 external unique case

object Case 500 Case/Cases
Bitacora_Id__c string 36 external unique case
";
