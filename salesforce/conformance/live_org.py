"""Asks an org whether what the emulator assumes is so: one function for each tag of "What is assumed" in docs/salesforce-emulator.md.

    BITACORA_LIVE_ORG=1 python3 live_org.py [TAG...]
    python3 live_org.py --list

It makes records, and deletes them afterwards; with SALESFORCE_MAY_DEPLOY=1 it also deploys a layout of Call_Activity__c. Never an org
that people work with: a scratch org, a sandbox or a Developer Edition with the package. From the environment:

    SALESFORCE_INSTANCE_URL                              where the org is, https
    SALESFORCE_ACCESS_TOKEN, or by client credentials    who asks
    SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET       the app
    SALESFORCE_LOGIN_URL, SALESFORCE_AUDIENCE            where log-ins go, and whom assertions are for
    SALESFORCE_USERNAME, SALESFORCE_KEY_FILE             the user, and the key of the app's certificate
    SALESFORCE_PASSWORD                                  the user's, without the security token
    SALESFORCE_STANDARD_USER                             id of a user who does not see everything; Accounts have to be private
    SALESFORCE_USER_WITHOUT_LEADS                        id of a user who may read no Lead

Needs simple-salesforce. What the environment does not allow to be asked is named. Ends with 1 where the org says otherwise.
"""

import os
import pathlib
import re
import subprocess
import sys
import time
import uuid

# Our files are looked for last: one of them has the name of the package that is meant.
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:] = [path for path in sys.path if pathlib.Path(path or ".").resolve() != HERE] + [str(HERE)]

from org import NotAsked, Org, after, inside, said, until  # noqa: E402

DOCUMENT = HERE / "../../docs/salesforce-emulator.md"
ASSUMPTIONS = {}


def assumed(tag):
    """Says which assumption a function asserts."""

    def note(function):
        assert tag not in ASSUMPTIONS, tag
        ASSUMPTIONS[tag] = function
        return function

    return note


def documented():
    """The tags of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    section = text.split("## What is assumed", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([a-z0-9-]+)` \|", section, re.MULTILINE)


def name():
    return f"Assumed{uuid.uuid4().hex[:12]}"


def contact(org, **fields):
    return org.create("Contact", LastName=name(), **fields)


def call(org, **fields):
    return org.create("Call_Activity__c", Interaction_Id__c=uuid.uuid4().hex, **fields)


def found(org, term):
    rows = org.sf.search(f"FIND {{{term}}} IN PHONE FIELDS RETURNING Contact(Id)").get("searchRecords", [])
    return {row["Id"] for row in rows}


@assumed("sosl-phone")
def _(org):
    digits = f"34{int(time.time()) % 1_000_000_000:09}"
    grouped = f"+{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}"
    record = contact(org, Phone=grouped)
    until(lambda: found(org, digits), lambda ids: record in ids, 0 if org.is_emulated else 120)
    assert record in found(org, digits[5:8] + digits[8:]) or record in found(org, digits[8:]), "by a group"


@assumed("sosl-lag")
def _(org):
    digits = f"35{int(time.time()) % 1_000_000_000:09}"
    record = contact(org, Phone=digits)
    assert record in found(org, digits), "not found at once"


@assumed("lead-what")
def _(org):
    lead, account = org.create("Lead", LastName=name(), Company="Acme"), org.create("Account", Name=name())
    told = org.ask("POST", "sobjects/Task", {"WhoId": lead, "WhatId": account, "Status": "Completed"})
    assert told.error.get("errorCode") == "FIELD_INTEGRITY_EXCEPTION", told
    assert set(told.error["fields"]) == {"WhoId", "WhatId"}, told


@assumed("jwt-errors")
def _(org):
    other = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, text=True, check=True).stdout
    for wrong in ({"key": other}, {"aud": "https://elsewhere.example"}, {"exp": int(time.time()) - 600}):
        told = org.assertion(**wrong)
        assert (told.status, told.body["error"]) == (400, "invalid_grant"), told
        assert told.body["error_description"], told


@assumed("jwt-lifetime")
def _(org):
    told = org.assertion(exp=int(time.time() * 1000) + 300)
    assert told.status == 200, told


@assumed("client-credentials-host")
def _(org):
    told = org.client_credentials(said("SALESFORCE_LOGIN_URL"))
    assert told.status == 200, told


@assumed("soap-token")
def _(org):
    told = org.soap_login(said("SALESFORCE_PASSWORD") + "whatever")
    assert "<sessionId>" in told, told[:300]


@assumed("deleted-with")
def _(org):
    account = org.create("Account", Name=name())
    person = contact(org, AccountId=account)
    opportunity = org.create("Opportunity", Name=name(), AccountId=account, StageName="Prospecting", CloseDate="2030-01-01")
    task = org.create("Task", WhoId=person, Subject="x", Status="Completed")
    org.sf.Account.delete(account)
    assert org.is_deleted("Contact", person) and org.is_deleted("Opportunity", opportunity), "they stay"
    assert org.is_deleted("Task", task), "the Task stays"
    org.undelete(account)
    assert not org.is_deleted("Account", account), "it is not brought back"
    assert org.is_deleted("Contact", person), "the Contact is brought back with it"


@assumed("cases-hold")
def _(org):
    person = contact(org)
    org.create("Case", ContactId=person, Subject=name())
    told = org.ask("DELETE", f"sobjects/Contact/{person}")
    assert (told.status, told.error.get("errorCode")) == (400, "DELETE_FAILED"), told


@assumed("set-null")
def _(org):
    person = contact(org)
    record = call(org, Contact__c=person)
    stamp = org.read("Call_Activity__c", record, "SystemModstamp")["SystemModstamp"]
    after(stamp)
    org.sf.Contact.delete(person)
    now = org.read("Call_Activity__c", record, "Contact__c", "SystemModstamp")
    assert now["Contact__c"] is None, now
    assert now["SystemModstamp"] > stamp, "not stamped"


@assumed("merge-stamps")
def _(org):
    master, loser = contact(org), contact(org)
    record = call(org, Contact__c=loser)
    stamp = org.read("Call_Activity__c", record, "SystemModstamp")["SystemModstamp"]
    after(stamp)
    org.merge("Contact", master, loser)
    now = org.read("Call_Activity__c", record, "Contact__c", "SystemModstamp")
    assert now["Contact__c"] == master, now
    assert now["SystemModstamp"] > stamp, "what hung on it is not stamped"
    assert org.read("Contact", master, "SystemModstamp")["SystemModstamp"] > stamp, "what stays is not stamped"


@assumed("convert-call")
def _(org):
    lead = org.create("Lead", LastName=name(), Company=name())
    record, task = call(org, Lead__c=lead), org.create("Task", WhoId=lead, Subject="x", Status="Completed")
    _, person = org.convert(lead)
    assert org.read("Call_Activity__c", record, "Lead__c")["Lead__c"] == lead, "the call goes"
    assert org.read("Task", task, "WhoId")["WhoId"] == person, "the Task stays"


@assumed("converted-lead")
def _(org):
    lead = org.create("Lead", LastName=name(), Company=name())
    org.convert(lead)
    told = org.ask("PATCH", f"sobjects/Lead/{lead}", {"Title": "x"})
    assert told.error.get("errorCode") == "CANNOT_UPDATE_CONVERTED_LEAD", told


@assumed("task-lock")
def _(org):
    account = org.create("Account", Name=name())
    task = {"WhatId": account, "Subject": "x", "ActivityDate": "2030-01-01"}
    made = lambda status: lambda: org.ask("POST", "sobjects/Task", task | {"Status": status})  # noqa: E731
    assert org.waits_for(account, made("Not Started")), "an open one does not need its row"
    assert not org.waits_for(account, made("Completed")), "a completed one needs its row"


@assumed("person-contact")
def _(org):
    types = org.sf.query("SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true")["records"]
    if not types:
        raise NotAsked("the org has no Person Accounts")
    account = org.create("Account", LastName=name(), RecordTypeId=types[0]["Id"])
    person = org.read("Account", account, "PersonContactId")["PersonContactId"]
    org.sf.Account.update(account, {"Phone": "1"})
    assert org.read("Contact", person, "Phone")["Phone"] == "1", "it does not follow"
    told = org.ask("PATCH", f"sobjects/Contact/{person}", {"Phone": "2"})
    assert told.status == 204, told
    assert org.read("Account", account, "Phone")["Phone"] == "1", "the Account follows"


@assumed("composite-missing")
def _(org):
    told = org.composite(
        False,
        ("bad", "POST", "sobjects/Account", {}),
        ("needs", "POST", "sobjects/Contact", {"LastName": name(), "AccountId": "@{bad.id}"}),
    )
    assert told[1]["httpStatusCode"] == 400, told
    assert told[1]["body"][0]["errorCode"] == "PROCESSING_HALTED", told


def of_kind(kind, **fields):
    return {"attributes": {"type": kind}, **fields}


@assumed("composite-hidden")
def _(org):
    unique = name()
    records = [of_kind("Account", Name=unique), of_kind("Account")]
    org.composite(True, ("all", "POST", "composite/sobjects", {"allOrNone": False, "records": records}))
    count = org.sf.query(f"SELECT COUNT() FROM Account WHERE Name = '{unique}'")["totalSize"]
    assert count == 0, count


@assumed("composite-collection-reference")
def _(org):
    records = [of_kind("Contact", LastName=name()), of_kind("Contact", LastName=name())]
    told = org.composite(
        True,
        ("people", "POST", "composite/sobjects", {"allOrNone": True, "records": records}),
        ("task", "POST", "sobjects/Task", {"WhoId": "@{people[0].id}", "Subject": "x", "Status": "Completed"}),
    )
    assert [part["httpStatusCode"] for part in told] == [200, 201], told
    people = [result["id"] for result in told[0]["body"]]
    org.made += [("Contact", person) for person in people]
    assert org.read("Task", told[1]["body"]["id"], "WhoId")["WhoId"] == people[0]


@assumed("collection-missing")
def _(org):
    person = contact(org)
    org.sf.Contact.delete(person)
    absent = person[:-6] + "zzz"
    told = org.ask("PATCH", "composite/sobjects", {"records": [of_kind("Contact", id=absent, Title="x")]})
    assert told.body[0]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY", told


@assumed("upsert-key-twice")
def _(org):
    key = uuid.uuid4().hex
    told = org.ask("PATCH", f"sobjects/Call_Activity__c/Interaction_Id__c/{key}", {"Interaction_Id__c": key})
    assert (told.status, told.error.get("errorCode")) == (400, "INVALID_FIELD"), told


@assumed("insert-duplicate-unique")
def _(org):
    key = uuid.uuid4().hex
    first = org.create("Call_Activity__c", Interaction_Id__c=key)
    told = org.ask("POST", "sobjects/Call_Activity__c", {"Interaction_Id__c": key})
    assert (told.status, told.error.get("errorCode")) == (400, "DUPLICATE_VALUE"), told
    expected = f"duplicate value found: Interaction_Id__c duplicates value on record with id: {first}"
    # An org may tell the id in 15 characters.
    assert told.error["message"] in (expected, expected[:-3]), told


@assumed("restricted-null")
def _(org):
    task = org.create("Task", Subject="x", Status="Completed", CallType="Inbound")
    told = org.ask("PATCH", f"sobjects/Task/{task}", {"CallType": None})
    assert told.status == 204, told


@assumed("long-text-filter")
def _(org):
    told = org.ask("GET", "query?q=SELECT+Id+FROM+Call_Activity__c+WHERE+Notes__c+%3D+'x'")
    assert (told.status, told.error.get("errorCode")) == (400, "INVALID_FIELD"), told


ABSENT = '<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata"><fieldPermissions><editable>false</editable>\
<field>Contact.NotThere__c</field><readable>true</readable></fieldPermissions><label>Assumed</label></PermissionSet>'


@assumed("metadata-at-once")
def _(org):
    told = org.deployed(org.deploy([("ApexClass", "NotThere")], {}))
    assert inside(told, "done")[0] == "true", told[:500]


@assumed("metadata-words")
def _(org):
    for members, files, words in (
        ([("ApexClass", "NotThere")], {}, "was named in package.xml, but was not found in zipped directory"),
        ([("Nothing", "X")], {}, "Unknown type name 'Nothing' specified in package.xml"),
        ([("PermissionSet", "Assumed")], {"permissionsets/Assumed.permissionset": ABSENT}, "no CustomField named Contact.NotThere__c found"),
    ):
        told = org.outcome(members, files)
        assert words in told, told[:1500]


@assumed("layout-replaced")
def _(org):
    if not org.is_emulated and not os.environ.get("SALESFORCE_MAY_DEPLOY"):
        raise NotAsked("SALESFORCE_MAY_DEPLOY is not set")
    unique = "Call_Activity__c-Assumed Layout"
    layout = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Layout xmlns="http://soap.sforce.com/2006/04/metadata">\n    <layoutSections>\n'
        "        <layoutColumns>\n            <layoutItems>\n                <behavior>Readonly</behavior>\n                <field>Name</field>\n"
        "            </layoutItems>\n        </layoutColumns>\n        <style>OneColumn</style>\n    </layoutSections>\n</Layout>\n"
    )
    told = org.outcome([("Layout", unique)], {f"layouts/{unique}.layout": layout}, check_only=False)
    assert "<success>true</success>" in told, told[:1500]
    assert org.layout(unique) == layout, org.layout(unique)


@assumed("managed-layout")
def _(org):
    managed = [layout for layout, package in org.layouts().items() if package]
    if not managed:
        raise NotAsked("no layout of a managed package is there")
    told = org.outcome([("Layout", managed[0])], {f"layouts/{managed[0]}.layout": org.layout(managed[0])})
    assert "Cannot modify managed object" in told, told[:1500]


@assumed("person-account-layout")
def _(org):
    if "IsPersonAccount" not in {field["name"] for field in org.sf.Account.describe()["fields"]}:
        raise NotAsked("the org has no Person Accounts")
    assert any(layout.startswith("PersonAccount-") for layout in org.layouts()), "none is named so"


@assumed("bulk-at-once")
def _(org):
    job = org.ask("POST", "jobs/query", {"operation": "query", "query": "SELECT Id FROM Contact LIMIT 1"}).body["id"]
    told = org.ask("GET", f"jobs/query/{job}")
    assert told.body["state"] == "JobComplete", told


def beyond_the_limit(org):
    """The first call beyond those of a day. Only where that harms nobody."""
    org.control("limits", {"daily_calls": 0})
    told = org.ask("GET", "limits")
    org.control("limits", {"daily_calls": 15_000})
    return told


@assumed("limit-message")
def _(org):
    told = beyond_the_limit(org)
    assert told.error.get("message") == "TotalRequests Limit exceeded.", told


@assumed("daily-limit")
def _(org):
    told = beyond_the_limit(org)
    assert (told.status, told.error.get("errorCode")) == (403, "REQUEST_LIMIT_EXCEEDED"), told


@assumed("time-zone")
def _(org):
    today = time.strftime("%Y-%m-%d", time.gmtime())
    begun, late = call(org, Started_At__c=f"{today}T00:30:00Z"), call(org, Started_At__c=f"{today}T23:30:00Z")
    rows = org.sf.query(f"SELECT Id FROM Call_Activity__c WHERE Started_At__c = TODAY AND Id IN ('{begun}', '{late}')")
    assert rows["totalSize"] == 2, rows["records"]


def access(org, user, record):
    """The most that a user may do with a record."""
    soql = f"SELECT RecordId, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}'"
    return org.sf.query(soql)["records"][0]["MaxAccessLevel"]


@assumed("access-object-right")
def _(org):
    if org.is_emulated:
        user = org.sf.query("SELECT Id FROM User WHERE Username = 'marta@emulator.example'")["records"][0]["Id"]
        org.control("rights", {"user": user, "without": ["Lead"]})
    else:
        user = said("SALESFORCE_USER_WITHOUT_LEADS")
    assert access(org, user, org.create("Lead", LastName=name(), Company="x")) == "None"


@assumed("contact-owner")
def _(org):
    if org.is_emulated:
        standard = org.sf.query("SELECT Id FROM Profile WHERE Name = 'Standard User'")["records"][0]["Id"]
        user = org.sf.query("SELECT Id FROM User WHERE Username = 'luis@emulator.example'")["records"][0]["Id"]
        org.sf.User.update(user, {"ProfileId": standard})
        org.control("sharing", {"Account": "None"})
    else:
        user = said("SALESFORCE_STANDARD_USER")
    account = org.create("Account", Name=name())
    assert access(org, user, contact(org, AccountId=account, OwnerId=user)) != "None"


@assumed("activity-field")
def _(org):
    told = org.ask("POST", "sobjects/Task", {"WhatId": call(org), "Subject": "x", "Status": "Completed"})
    assert told.status == 201, told


def compare():
    """Prints the tags, and which of them only the document or only this file has."""
    tags = documented()
    for tag in sorted(set(tags) | set(ASSUMPTIONS)):
        only = "" if tag in tags and tag in ASSUMPTIONS else " only in the document" if tag in tags else " only here"
        print(f"{tag}{only}")
    return 0 if sorted(tags) == sorted(ASSUMPTIONS) else 1


def main(wanted):
    if wanted == ["--list"]:
        return compare()
    if os.environ.get("BITACORA_LIVE_ORG") != "1":
        print("nothing was asked: BITACORA_LIVE_ORG=1 says that there is an org for it")
        return 2
    org, otherwise, unasked = Org(), 0, 0
    for tag, asserts in ASSUMPTIONS.items():
        if wanted and tag not in wanted:
            continue
        try:
            asserts(org)
            print(f"ok        {tag}")
        except NotAsked as why:
            unasked += 1
            print(f"not asked {tag}: {why}")
        except Exception as error:  # noqa: BLE001 - whatever an org says otherwise is told
            otherwise += 1
            print(f"OTHERWISE {tag}: {type(error).__name__}: {str(error)[:600]}")
    org.tidy()
    if unasked:
        print(f"{unasked} not asked")
    # Of an emulated org everything can be asked.
    return 1 if otherwise or (unasked and org.is_emulated) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
