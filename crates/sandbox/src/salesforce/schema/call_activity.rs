//! The object of the package that logs calls: one record a call. How a line is read says `notation.rs`.

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
Contact__c reference > Contact/Contact__r:Call_Activities__r
Lead__c reference > Lead/Lead__r:Call_Activities__r
Account__c reference > Account/Account__r:Call_Activities__r
Case__c reference > Case/Case__r:Call_Activities__r
Agent__c reference > User/Agent__r:Call_Activities__r
Call_Type__c picklist 255 restricted = inbound;outbound;outbound_missed;voicemail;short_abandoned;abandoned;missed
Disposition__c picklist 255
Notes__c textarea 32768
Customer_Number__c phone
Own_Number__c phone
Ring_Group__c string 255
Started_At__c datetime
Answered_At__c datetime
Ended_At__c datetime
Talk_Seconds__c int
Wait_Seconds__c int
Recording_Url__c url 255
";
