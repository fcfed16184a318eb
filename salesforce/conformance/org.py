"""An org as the assumptions ask it: REST by simple-salesforce's session, SOAP and the Metadata API by their envelopes.

Where the org is and who asks stands in the environment (see live_org.py). What is made is noted, and deleted by `tidy`.
"""

import base64
import io
import os
import re
import threading
import time
import zipfile
from xml.sax.saxutils import escape

import jwt
import requests
from simple_salesforce import Salesforce

VERSION = "66.0"
METADATA = "http://soap.sforce.com/2006/04/metadata"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


class NotAsked(Exception):
    """The org, or what the environment says of it, has not what is needed to ask."""


def said(name):
    """A variable of the environment; without it what needs it is not asked."""
    value = os.environ.get(name)
    if not value:
        raise NotAsked(f"{name} is not set")
    return value


class Answer:
    """Status and body of an answer."""

    def __init__(self, response):
        self.status = response.status_code
        self.text = response.text
        try:
            self.body = response.json()
        except ValueError:
            self.body = None

    @property
    def error(self):
        """The first thing that was refused; an empty one where nothing was."""
        return self.body[0] if isinstance(self.body, list) and self.body and "errorCode" in self.body[0] else {}

    def __repr__(self):
        return f"{self.status} {self.text[:300]}"


class Org:
    def __init__(self):
        self.instance = said("SALESFORCE_INSTANCE_URL").rstrip("/")
        self.token = os.environ.get("SALESFORCE_ACCESS_TOKEN") or self.client_credentials(self.instance).body["access_token"]
        host = self.instance.removeprefix("https://")
        self.session = requests.Session()
        self.sf = Salesforce(instance=host, session_id=self.token, version=VERSION, session=self.session)
        self.made = []
        self.is_emulated = self.session.get(f"{self.instance}/emulator").status_code == 200

    # REST

    def ask(self, method, path, body=None):
        url = f"{self.instance}{path}" if path.startswith("/") else f"{self.instance}/services/data/v{VERSION}/{path}"
        headers = {"Authorization": f"Bearer {self.token}"}
        return Answer(self.session.request(method, url, json=body, headers=headers))

    def create(self, kind, **fields):
        record = self.sf.__getattr__(kind).create(fields)["id"]
        self.made.append((kind, record))
        return record

    def read(self, kind, record, *fields):
        """Fields of a record, also of one in the recycle bin; None where it is not there."""
        query = f"SELECT {', '.join(fields or ('Id',))} FROM {kind} WHERE Id = '{record}'"
        rows = self.sf.query(query, include_deleted=True)["records"]
        return rows[0] if rows else None

    def is_deleted(self, kind, record):
        return self.read(kind, record, "IsDeleted")["IsDeleted"]

    def composite(self, all_or_none, *parts):
        """Parts as (reference, method, path, body); answers the answers to them."""
        requests_ = [
            {"referenceId": reference, "method": method, "url": f"/services/data/v{VERSION}/{path}", "body": body}
            for reference, method, path, body in parts
        ]
        answer = self.ask("POST", "composite", {"allOrNone": all_or_none, "compositeRequest": requests_})
        return answer.body["compositeResponse"]

    def tidy(self):
        for kind, record in reversed(self.made):
            self.ask("DELETE", f"sobjects/{kind}/{record}")

    def control(self, path, body):
        """What tests do to the emulator; no org has it."""
        if not self.is_emulated:
            raise NotAsked("only an emulated org can be made to do this")
        return self.ask("POST", f"/emulator/{path}", body)

    # Log-in

    def client_credentials(self, host):
        form = {
            "grant_type": "client_credentials",
            "client_id": said("SALESFORCE_CLIENT_ID"),
            "client_secret": said("SALESFORCE_CLIENT_SECRET"),
        }
        return Answer(requests.post(f"{host}/services/oauth2/token", data=form))

    def assertion(self, **other):
        """Asks for a token by an assertion whose claims are these, and otherwise right; `key` signs it."""
        with open(said("SALESFORCE_KEY_FILE"), encoding="ascii") as file:
            key = other.pop("key", file.read())
        claims = {
            "iss": said("SALESFORCE_CLIENT_ID"),
            "sub": said("SALESFORCE_USERNAME"),
            "aud": os.environ.get("SALESFORCE_AUDIENCE", "https://login.salesforce.com"),
            "exp": int(time.time()) + 180,
        } | other
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": jwt.encode(claims, key, algorithm="RS256"),
        }
        return Answer(requests.post(f"{said('SALESFORCE_LOGIN_URL')}/services/oauth2/token", data=form))

    # SOAP

    def soap(self, inner, kind="u"):
        """A call of the partner (`u`) or the Metadata API (`m`), answered with its text."""
        namespace = METADATA if kind == "m" else "urn:partner.soap.sforce.com"
        body = (
            f'<e:Envelope xmlns:e="{ENVELOPE}" xmlns="{namespace}" xmlns:o="urn:sobject.partner.soap.sforce.com"><e:Header>'
            f"<SessionHeader><sessionId>{escape(self.token)}</sessionId></SessionHeader></e:Header><e:Body>{inner}</e:Body></e:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        return self.session.post(f"{self.instance}/services/Soap/{kind}/{VERSION}", data=body.encode(), headers=headers).text

    def soap_login(self, password):
        inner = f"<login><username>{said('SALESFORCE_USERNAME')}</username><password>{escape(password)}</password></login>"
        url = f"{said('SALESFORCE_LOGIN_URL')}/services/Soap/u/{VERSION}"
        body = f'<e:Envelope xmlns:e="{ENVELOPE}" xmlns="urn:partner.soap.sforce.com"><e:Body>{inner}</e:Body></e:Envelope>'
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        return requests.post(url, data=body.encode(), headers=headers).text

    def undelete(self, record):
        if self.is_emulated:
            return self.control("undelete", {"id": record})
        return self.soap(f"<undelete><ids>{record}</ids></undelete>")

    def merge(self, kind, master, loser):
        if self.is_emulated:
            return self.control("merge", {"master": master, "ids": [loser]})
        return self.soap(
            f"<merge><request><masterRecord><o:type>{kind}</o:type><o:Id>{master}</o:Id></masterRecord>"
            f"<recordToMergeIds>{loser}</recordToMergeIds></request></merge>"
        )

    def convert(self, lead):
        """Converts a Lead; answers the ids of its Account and its Contact."""
        if self.is_emulated:
            done = self.control("convert", {"lead": lead}).body
            account, contact = done["account"], done["contact"]
        else:
            status = self.sf.query("SELECT ApiName FROM LeadStatus WHERE IsConverted = true LIMIT 1")["records"][0]
            told = self.soap(
                f"<convertLead><leadConverts><convertedStatus>{escape(status['ApiName'])}</convertedStatus>"
                f"<doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>{lead}</leadId></leadConverts></convertLead>"
            )
            account, contact = inside(told, "accountId")[0], inside(told, "contactId")[0]
        self.made += [("Account", account), ("Contact", contact)]
        return account, contact

    def waits_for(self, record, does):
        """Whether something cannot be done while somebody else holds a row."""
        if self.is_emulated:
            self.control("lock", {"ids": [record]})
            refused = does().error.get("errorCode") == "UNABLE_TO_LOCK_ROW"
            self.control("unlock", {"ids": [record]})
            return refused
        # A transaction holds the row for most of the ten seconds of processor time that it may take.
        code = f"SObject s = Database.query('SELECT Id FROM Account WHERE Id = \\'{record}\\' FOR UPDATE'); while (Limits.getCpuTime() < 9000) {{}}"
        holder = threading.Thread(target=lambda: self.sf.restful("tooling/executeAnonymous/", params={"anonymousBody": code}))
        holder.start()
        time.sleep(2)
        begun = time.monotonic()
        does()
        waited = time.monotonic() - begun
        holder.join()
        return waited > 4

    # Metadata

    def deploy(self, members, files, check_only=True):
        """Deploys files and asks once what became of it; answers that as text."""
        types = "".join(f"<types><members>{escape(name)}</members><name>{kind}</name></types>" for kind, name in members)
        manifest = f'<Package xmlns="{METADATA}">{types}<version>{VERSION}</version></Package>'
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path, content in {"package.xml": manifest, **files}.items():
                archive.writestr(path, content)
        options = f"<checkOnly>{str(check_only).lower()}</checkOnly><rollbackOnError>true</rollbackOnError><singlePackage>true</singlePackage>"
        zipped = base64.b64encode(packed.getvalue()).decode()
        queued = self.soap(f"<deploy><ZipFile>{zipped}</ZipFile><DeployOptions>{options}</DeployOptions></deploy>", "m")
        return inside(queued, "id")[0]

    def deployed(self, job):
        """What became of a deployment, now."""
        call = f"<checkDeployStatus><asyncProcessId>{job}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>"
        return self.soap(call, "m")

    def outcome(self, members, files, check_only=True):
        """What became of a deployment when it was done."""
        job = self.deploy(members, files, check_only)
        return until(lambda: self.deployed(job), lambda told: inside(told, "done")[0] == "true")

    def layouts(self):
        """Names of layouts with the namespace of the package they came with."""
        told = self.soap(f"<listMetadata><queries><type>Layout</type></queries><asOfVersion>{VERSION}</asOfVersion></listMetadata>", "m")
        results = inside(told, "result")
        return {inside(one, "fullName")[0]: (inside(one, "namespacePrefix") or [None])[0] for one in results}

    def layout(self, name):
        """What a layout says."""
        call = (
            f"<retrieve><retrieveRequest><apiVersion>{VERSION}</apiVersion><singlePackage>true</singlePackage><unpackaged><types>"
            f"<members>{escape(name)}</members><name>Layout</name></types><version>{VERSION}</version></unpackaged></retrieveRequest></retrieve>"
        )
        job = inside(self.soap(call, "m"), "id")[0]
        check = f"<checkRetrieveStatus><asyncProcessId>{job}</asyncProcessId><includeZip>true</includeZip></checkRetrieveStatus>"
        told = until(lambda: self.soap(check, "m"), lambda told: inside(told, "done")[0] == "true")
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(inside(told, "zipFile")[0]))) as archive:
            return archive.read(f"layouts/{name}.layout").decode()


def inside(text, name):
    """What stands in each element of a name."""
    return re.findall(rf"<(?:\w+:)?{name}(?:\s[^>]*)?>(.*?)</(?:\w+:)?{name}>", text, re.DOTALL)


def until(asks, is_done, seconds=600):
    """Asks until it is done."""
    end = time.monotonic() + seconds
    while not is_done(answer := asks()):
        if time.monotonic() > end:
            raise TimeoutError(answer[:300])
        time.sleep(1)
    return answer


def after(moment):
    """Waits until a second later than a moment that the org told has begun: stamps are told to the second."""
    while time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) <= moment[:19]:
        time.sleep(0.1)
