"""An unmodified simple-salesforce: signs in, queries and changes a license, and reads refusals.

Prints one JSON object of what it saw; crates/testkit/tests/foreign_clients.rs judges it. Run it
with `python -I`, which looks for the package of this file's name elsewhere than beside this file.
"""

import json
import os

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

SERVER = os.environ["SERVER"]
CLIENT = {
    "consumer_key": os.environ["CLIENT_ID"],
    "consumer_secret": os.environ["CLIENT_SECRET"],
}


class PlainHttp(HTTPAdapter):
    """Sends what is meant for any https:// host to the server under test."""

    def send(self, request, **options):
        request.url = SERVER + request.path_url
        return super().send(request, **options)


SESSION = requests.Session()
SESSION.mount("https://", PlainHttp())


def by_password(password):
    """The login that needs no SOAP: OAuth with user name and password."""
    return Salesforce(
        username=os.environ["USERNAME"],
        password=password,
        session=SESSION,
        domain="login",
        **CLIENT,
    )


def refusal(call):
    """Class and code of the error that a call must end in."""
    try:
        return {"accepted": call()}
    except SalesforceAuthenticationFailed as error:
        return [type(error).__name__, error.code]
    except SalesforceError as error:
        return [type(error).__name__, error.content[0]["errorCode"]]


user = by_password(os.environ["PASSWORD"])
client = Salesforce(session=SESSION, domain="business", **CLIENT)
trials = user.query(
    "SELECT Id, Name, sfLma__Status__c, sfLma__Lead__r.Company FROM sfLma__License__c "
    "WHERE sfLma__Status__c = 'Trial' ORDER BY Name LIMIT 1"
)
trial = trials["records"][0]
company = trial["sfLma__Lead__r"]["Company"]
licenses = user.sfLma__License__c
change = {"sfLma__Status__c": "Active", "sfLma__Seats__c": 7}
changed = licenses.update(trial["Id"], change)
counted = client.query("SELECT COUNT() FROM sfLma__License__c WHERE sfLma__Seats__c = 7")
expired = Salesforce(
    session_id=os.environ["EXPIRED_TOKEN"], instance_url="https://any.example", session=SESSION
)
seen = {
    "found": [trials["totalSize"], trials["done"], trial["Name"], company],
    "changed": changed,
    "counted": counted["totalSize"],
    "trial_again": refusal(lambda: licenses.update(trial["Id"], {"sfLma__Status__c": "Trial"})),
    "no_such_field": refusal(lambda: client.query("SELECT Nothing FROM Lead")),
    "expired": refusal(lambda: expired.query("SELECT Id FROM Lead")),
    "wrong_password": refusal(lambda: by_password("wrong")),
}
print(json.dumps(seen))
