"""Hooks of schemathesis: credentials that exist, the rules that OpenAPI cannot say, and two checks of our own."""

import atexit
import os
import unicodedata
from collections import Counter, defaultdict

import requests
import schemathesis
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, CoveragePhaseData, CoverageScenario

CONTROL = os.environ["PAWL_CONTROL"]
ORIGIN = os.environ["PAWL_ORIGIN"]
COOKIE = "__Secure-pawl_rt"
FORM = "application/x-www-form-urlencoded"

control = requests.Session()
control.trust_env = False
turns = Counter()
passwords = {}
seen = defaultdict(Counter)


def ask(path, **body):
    answer = control.post(f"{CONTROL}/{path}", json=body, timeout=20)
    answer.raise_for_status()
    return answer.json()


@atexit.register
def tell():
    if seen:
        ask("seen", **seen)


# What each operation needs of its own, for what it does to it.
NEEDS = {"revokeAll": "fresh", "changePassword": "user", "changeEmail": "fresh", "endSession": "fresh"}


@schemathesis.auth(refresh_interval=None).apply_to(path_regex=r"^/(me|auth/(sessions|revoke-all|password|email))")
class AccessToken:
    """An access token of a live session, for the routes that need one."""

    def get(self, case, _context):
        session = ask("session", kind=NEEDS.get(operation_of(case), "shared"))
        passwords[session["access_token"]] = session["password"]
        return session["access_token"]

    def set(self, case, token, _context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(_context, case, **_kwargs):
    """Makes well-formed requests fit for each other's parts, and gives every other one credentials that exist."""
    operation = operation_of(case)
    if case.meta is None or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return
    turns[operation] += 1
    real = turns[operation] % 2 == 1
    if operation == "login":
        login(case, real)
    elif operation in ("refresh", "revoke"):
        present(case, "token" if operation == "revoke" else "refresh_token", real)
    elif operation in ("changePassword", "changeEmail"):
        change(case, real)


def login(case, real):
    ask("tick")
    body = dict(case.body)
    if isinstance(body.get("device_name"), str):
        # JSON Schema counts characters, the service bytes.
        body["device_name"] = body["device_name"].encode()[:64].decode(errors="ignore")
    if real:
        session = ask("session")
        body |= {"username": session["username"], "password": session["password"]}
        if turns["login"] % 4 == 1:
            # The links of the document know no client_id.
            body.pop("client_id", None)
    elif turns["login"] % 4 == 0:
        # For the sake of 429.
        body["username"] = "guessed@example.com"
        ask("guess", username=body["username"])
    if body.get("channel") == "cookie":
        case.headers["Origin"] = ORIGIN
    case.body = body


def change(case, real):
    ask("tick")
    body = dict(case.body)
    if "email" in body:
        # A pattern cannot name the characters of RFC 8265.
        body["email"] = "".join(c if is_identifier(c) else "c" for c in body["email"])
    token = str(case.headers.get("Authorization", "")).removeprefix("Bearer ")
    if real and token in passwords:
        body["current_password"] = passwords[token]
    case.body = body


def is_identifier(character):
    """Printable ASCII, spaces included for they are trimmed, and letters that normalisation keeps."""
    if character.isascii():
        return character.isprintable()
    return unicodedata.category(character) in ("Ll", "Lo") and unicodedata.is_normalized("NFKC", character)


def present(case, parameter, real):
    """One refresh token, in one place; that in the cookie with its Origin."""
    body = dict(case.body)
    # Longer than any that is made up: a link took it from an answer.
    linked = len(str(body.get(parameter, ""))) > 150 and str(body[parameter]).startswith("pwl1.")
    if case.media_type == FORM or parameter in body:
        case.cookies.pop(COOKIE, None)
        # null and an empty text mean absent, and this request has no cookie.
        body[parameter] = body.get(parameter) or "nonsense"
        if real and not linked:
            body[parameter] = ask("session", kind="fresh")["refresh_token"]
    else:
        case.headers["Origin"] = ORIGIN
        case.cookies[COOKIE] = ask("session", kind="fresh", channel="cookie")["cookie"] if real else "nonsense"
    if real or linked:
        body.pop("client_id", None)
    case.body = body


@schemathesis.hook
def after_call(_context, case, response):
    if response.request.method == case.operation.method.upper():
        seen[case.operation.label][response.status_code] += 1


@schemathesis.check
def valid_data_is_understood(_ctx, response, case):
    """What the schema calls valid is refused for what it says, never for its form."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    if is_shape_probe(case):
        return
    answer = response.json()
    policy = ("among the most common", "contain the username")
    if answer["error"] == "invalid_request" and not any(text in answer["error_description"] for text in policy):
        raise AssertionError(f"valid data is called malformed: {answer['error_description']}")


@schemathesis.check
def unsupported_method_is_no_route(_ctx, response, case):
    """The gateway's own 404; OPTIONS is the preflight."""
    data = case.meta.phase.data if case.meta is not None else None
    if not isinstance(data, CoveragePhaseData) or data.scenario != CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        return
    if response.request.method == "OPTIONS":
        assert response.status_code == 204, f"preflight answered {response.status_code}"
        return
    assert response.status_code == 404, f"{response.request.method} answered {response.status_code}"
    assert response.json() == {"message": "Not Found"}, "not the gateway's answer"


def is_shape_probe(case):
    data = case.meta.phase.data
    return isinstance(data, CoveragePhaseData) and data.scenario in REQUEST_SHAPE_PROBES


def operation_of(case):
    return case.operation.definition.raw.get("operationId")
