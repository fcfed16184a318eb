"""Talks to the Salesforce emulator with simple-salesforce, a client that knows nothing of it; a line for each call.

    python3 simple_salesforce.py ADDRESS CA_FILE

ADDRESS is host:port of `bitacora emulate salesforce` with TLS; CA_FILE is the certificate of its authority.
`salesforce/conformance/run.sh` starts all of it. Ends with 1 where anything differs.
"""

import sys
import time
import warnings

# A file of the same name as the package must not stand before it.
sys.path.pop(0)

import requests  # noqa: E402
from requests.adapters import HTTPAdapter  # noqa: E402
from simple_salesforce import Salesforce, SalesforceLogin  # noqa: E402
from simple_salesforce import exceptions as sfe  # noqa: E402

warnings.simplefilter("ignore")
ADDRESS, CA_FILE = sys.argv[1], sys.argv[2]
differing = 0


class ToTheEmulator(HTTPAdapter):
    """Brings what is meant for Salesforce's log-in host to the emulator."""

    def send(self, request, **options):
        request.url = request.url.replace("https://login.salesforce.com", f"https://{ADDRESS}")
        return super().send(request, **options)


def call(name, does, holds):
    """Does something and looks whether its result holds what is expected."""
    global differing
    try:
        result = does()
        good = holds(result)
        said = "" if good else f": {result!r}"[:300]
    except Exception as error:  # noqa: BLE001 - whatever differs is told
        good, said = False, f": {type(error).__name__}: {error}"[:300]
    differing += not good
    print(f"{'ok     ' if good else 'DIFFERS'} {name}{said}", flush=True)
    return None if not good else result


def refuses(does, kind, code):
    """What is refused with an error of this kind and code."""

    def attempt():
        try:
            does()
        except kind as error:
            return error
        return None

    return attempt, lambda error: error is not None and code in str(error.content)


session = requests.Session()
session.verify = CA_FILE
# Neither a proxy nor authorities of the environment come between.
session.trust_env = False
session.mount("https://login.salesforce.com", ToTheEmulator())
stamp = str(time.time_ns())

login = call(
    "SOAP login",
    lambda: SalesforceLogin(
        username="admin@emulator.example",
        password="emulator",
        security_token="",
        session=session,
        sf_version="66.0",
    ),
    lambda found: found[0].startswith("00D") and found[1] == ADDRESS,
)

def wrong_password():
    try:
        SalesforceLogin(username="admin@emulator.example", password="wrong", security_token="", session=session)
    except sfe.SalesforceAuthenticationFailed as error:
        return error
    return None


call("SOAP login with a wrong password is refused", wrong_password, lambda error: "INVALID_LOGIN" in str(error))
if login is None:
    sys.exit(1)
sf = Salesforce(instance=ADDRESS, session_id=login[0], session=session, version="66.0")

call("describe of the org", sf.describe, lambda found: any(o["name"] == "Contact" for o in found["sobjects"]))
call("metadata of an object", sf.Contact.metadata, lambda found: found["objectDescribe"]["keyPrefix"] == "003")
call("describe of an object", sf.Contact.describe, lambda found: len(found["fields"]) > 30)
call("limits", sf.limits, lambda found: found["DailyApiRequests"]["Max"] > 0)
account = call("create Account", lambda: sf.Account.create({"Name": f"Acme {stamp}"}), lambda made: made["success"])
contact = call(
    "create Contact",
    lambda: sf.Contact.create(
        {"LastName": f"Ruiz{stamp}", "FirstName": "Ana", "Phone": "+34 612 34 56 78", "AccountId": account["id"]}
    ),
    lambda made: made["success"] and made["id"].startswith("003"),
)
call(
    "create Contact without a name is refused",
    *refuses(lambda: sf.Contact.create({}), sfe.SalesforceMalformedRequest, "REQUIRED_FIELD_MISSING"),
)
call("get", lambda: sf.Contact.get(contact["id"]), lambda found: found["Name"] == f"Ana Ruiz{stamp}")
call("get by 15 characters", lambda: sf.Contact.get(contact["id"][:15]), lambda found: found["Id"] == contact["id"])
call(
    "get what is not there is refused",
    *refuses(lambda: sf.Contact.get("003000000000000AAA"), sfe.SalesforceResourceNotFound, "NOT_FOUND"),
)
call("update", lambda: sf.Contact.update(contact["id"], {"Title": "Head"}), lambda status: status == 204)
call(
    "query with a relation",
    lambda: sf.query(f"SELECT Id, Title, Account.Name FROM Contact WHERE LastName = 'Ruiz{stamp}'"),
    lambda found: found["totalSize"] == 1
    and found["records"][0]["Account"]["Name"] == f"Acme {stamp}"
    and found["records"][0]["Title"] == "Head",
)
call(
    "query with children",
    lambda: sf.query(f"SELECT Id, (SELECT Name FROM Contacts) FROM Account WHERE Id = '{account['id']}'"),
    lambda found: found["records"][0]["Contacts"]["totalSize"] == 1,
)
call(
    "query that is wrong is refused",
    *refuses(lambda: sf.query("SELECT Nothing FROM Contact"), sfe.SalesforceMalformedRequest, "INVALID_FIELD"),
)
call(
    "query page by page",
    lambda: list(sf.query_all_iter("SELECT Id FROM Contact", headers={"Sforce-Query-Options": "batchSize=200"})),
    lambda found: len({record["Id"] for record in found}) == len(found) > 200,
)
call("query_all", lambda: sf.query_all("SELECT Id FROM Lead"), lambda found: found["done"] and found["totalSize"] > 0)
call(
    "search",
    lambda: sf.search("FIND {34612345678} IN PHONE FIELDS RETURNING Contact(Id, Name, Phone)"),
    lambda found: contact["id"] in [record["Id"] for record in found["searchRecords"]],
)
call(
    "quick search", lambda: sf.quick_search(f"Ruiz{stamp}"), lambda found: len(found["searchRecords"]) == 1
)
key = f"Interaction_Id__c/i-{stamp}"
call("upsert that creates", lambda: sf.Call_Activity__c.upsert(key, {"Notes__c": "one"}), lambda status: status == 201)
call("upsert that updates", lambda: sf.Call_Activity__c.upsert(key, {"Notes__c": "two"}), lambda status: status == 200)
call(
    "get by external id",
    lambda: sf.Call_Activity__c.get_by_custom_id("Interaction_Id__c", f"i-{stamp}"),
    lambda found: found["Notes__c"] == "two",
)
for name in ("one", "two"):
    sf.Contact.create({"LastName": name, "Email": f"{stamp}@example.com"})
call(
    "upsert that finds several",
    *refuses(
        lambda: sf.Contact.upsert(f"Email/{stamp}@example.com", {"LastName": "x"}),
        sfe.SalesforceMoreThanOneRecord,
        "/sobjects/Contact/003",
    ),
)
root = "/services/data/v66.0"
call(
    "composite whose second part names the first",
    lambda: sf.restful(
        "composite",
        method="POST",
        json={
            "allOrNone": True,
            "compositeRequest": [
                {"method": "POST", "url": f"{root}/sobjects/Account", "referenceId": "a", "body": {"Name": "Ref"}},
                {
                    "method": "POST",
                    "url": f"{root}/sobjects/Contact",
                    "referenceId": "c",
                    "body": {"LastName": "Ref", "AccountId": "@{a.id}"},
                },
            ],
        },
    ),
    lambda found: [part["httpStatusCode"] for part in found["compositeResponse"]] == [201, 201],
)
call(
    "composite that is taken back",
    lambda: sf.restful(
        "composite",
        method="POST",
        json={
            "allOrNone": True,
            "compositeRequest": [
                {"method": "POST", "url": f"{root}/sobjects/Account", "referenceId": "a",
                 "body": {"Name": f"Gone {stamp}"}},
                {"method": "POST", "url": f"{root}/sobjects/Contact", "referenceId": "c", "body": {}},
            ],
        },
    ),
    lambda found: [part["body"][0]["errorCode"] for part in found["compositeResponse"]]
    == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    and sf.query(f"SELECT COUNT() FROM Account WHERE Name = 'Gone {stamp}'")["totalSize"] == 0,
)
call(
    "collection of which one is refused",
    lambda: sf.restful(
        "composite/sobjects",
        method="POST",
        json={
            "allOrNone": False,
            "records": [
                {"attributes": {"type": "Contact"}, "LastName": "Good"},
                {"attributes": {"type": "Contact"}, "FirstName": "Bad"},
            ],
        },
    ),
    lambda found: found[0]["success"] and found[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING",
)
now = time.time()
moment = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(seconds))  # noqa: E731
call("delete", lambda: sf.Contact.delete(contact["id"]), lambda status: status == 204)
call(
    "deleted",
    lambda: sf.restful("sobjects/Contact/deleted", params={"start": moment(now - 600), "end": moment(now + 120)}),
    lambda found: contact["id"] in [record["id"] for record in found["deletedRecords"]],
)
call(
    "updated",
    lambda: sf.restful("sobjects/Account/updated", params={"start": moment(now - 600), "end": moment(now + 120)}),
    lambda found: account["id"] in found["ids"],
)
call(
    "bulk ingest",
    lambda: sf.bulk2.Lead.insert(
        records=[{"LastName": f"Bulk{stamp}", "Company": "One"}, {"LastName": f"Bulk{stamp}", "Company": "Two"}]
    ),
    lambda jobs: jobs[0]["numberRecordsProcessed"] == 2 and jobs[0]["numberRecordsFailed"] == 0,
)
call(
    "bulk query",
    lambda: "".join(sf.bulk2.Lead.query(f"SELECT LastName, Company FROM Lead WHERE LastName = 'Bulk{stamp}'")),
    lambda text: text.count(f"Bulk{stamp}") == 2 and "Company" in text,
)
with requests.Session() as plain:
    plain.trust_env = False
    granted = plain.post(
        f"https://{ADDRESS}/services/oauth2/token",
        data={"grant_type": "client_credentials", "client_id": "bitacora", "client_secret": "bitacora-secret"},
        verify=CA_FILE,
    ).json()
call("OAuth client credentials", lambda: granted, lambda found: found["token_type"] == "Bearer")
call(
    "a session that ended is refused",
    *refuses(
        lambda: Salesforce(instance=ADDRESS, session_id="00Dx!no", session=session, version="66.0").limits(),
        sfe.SalesforceExpiredSession,
        "INVALID_SESSION_ID",
    ),
)
sys.exit(1 if differing else 0)
