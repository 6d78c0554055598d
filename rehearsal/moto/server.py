"""Starts moto's server with a patch that serializes requests.

moto answers in threads, and a conditional write of one thread may come between the check and the write of another.
"""

import sys
from threading import Lock

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

dispatch = DomainDispatcherApplication(create_backend_app)
one_at_a_time = Lock()


def answer(environ, start_response):
    with one_at_a_time:
        return list(dispatch(environ, start_response))


run_simple("127.0.0.1", int(sys.argv[1]), answer, threaded=True)
