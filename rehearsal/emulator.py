"""Starts MiniStack with patches for faults that prevent the stack from running under enforced permissions.

../differences.ts lists each fault and the reason for its patch. Settings come from the environment.
"""

import hashlib
import os
import signal
import sys
import threading

from ministack.app import main
from ministack.services import apigateway, cloudformation, dynamodb, secretsmanager
from ministack.services.cloudformation import provisioners

handlers = provisioners._RESOURCE_HANDLERS


def correct_secret():
    """`Ref` of a secret returns its ARN, as the CloudFormation reference says. MiniStack returns its name."""
    handler = handlers["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def name_of(physical_id):
        return secretsmanager._resolve(physical_id)[0] or physical_id

    def created(logical_id, props, stack_name):
        _, attributes = create(logical_id, props, stack_name)
        return attributes["Arn"], attributes

    def updated(physical_id, *rest, **named):
        _, attributes = update(name_of(physical_id), *rest, **named)
        return attributes["Arn"], attributes

    handler.update(create=created, update=updated, delete=lambda id, props: delete(name_of(id), props))


def correct_parameter():
    """A parameter without a name is called CFN-<logical id>-<random>. MiniStack uses a path, and its ARN has two slashes."""
    handler = handlers["AWS::SSM::Parameter"]
    create = handler["create"]

    def created(logical_id, props, stack_name):
        suffix = provisioners._physical_name(stack_name, logical_id).rsplit("-", 1)[-1]
        return create(logical_id, {"Name": f"CFN-{logical_id}-{suffix}", **props}, stack_name)

    handler["create"] = created


def correct_cors():
    """The gateway reads `allowOrigins`, as in its API. MiniStack passes `AllowOrigins` on from the template."""
    handler = handlers["AWS::ApiGatewayV2::Api"]
    create, update = handler["create"], handler["update"]

    def respelt(props):
        cors = props.get("CorsConfiguration")
        if not cors:
            return props
        return {**props, "CorsConfiguration": {name[0].lower() + name[1:]: value for name, value in cors.items()}}

    handler["create"] = lambda logical_id, props, stack: create(logical_id, respelt(props), stack)
    handler["update"] = lambda id, old, new, *rest, **named: update(id, respelt(old), respelt(new), *rest, **named)


def correct_alarm():
    """MiniStack refuses an alarm on an expression. With this patch it watches the first metric of the expression."""
    handler = handlers["AWS::CloudWatch::Alarm"]
    create, update = handler["create"], handler["update"]

    def simplified(props):
        stats = [query["MetricStat"] for query in props.get("Metrics") or [] if "MetricStat" in query]
        if not stats:
            return props
        rest = {name: value for name, value in props.items() if name != "Metrics"}
        return {**rest, **stats[0]["Metric"], "Period": stats[0]["Period"], "Statistic": stats[0]["Stat"]}

    handler["create"] = lambda logical_id, props, stack: create(logical_id, simplified(props), stack)
    handler["update"] = lambda id, old, new, *rest, **named: update(id, simplified(old), simplified(new), *rest, **named)


def correct_names():
    """MiniStack generates the same names when a stack is created again, and overwrites a retained table. AWS adds random text."""
    made_up = provisioners._physical_name

    def by_chance(stack_name, logical_id, **named):
        name = made_up(stack_name, logical_id, **named)
        stack = cloudformation._stacks.get(stack_name) or {}
        suffix = hashlib.sha256(f"{name} {stack.get('StackId')}".encode()).hexdigest()[:13]
        return name[:-13] + (suffix if named.get("lowercase") else suffix.upper())

    provisioners._physical_name = by_chance


def correct_protection():
    """MiniStack deletes a table that has deletion protection. On AWS the deletion fails."""
    handler = handlers["AWS::DynamoDB::Table"]
    delete = handler["delete"]

    def unless_protected(physical_id, props):
        if (dynamodb._tables.get(physical_id) or {}).get("DeletionProtectionEnabled"):
            raise ValueError("Resource cannot be deleted as it is currently protected against deletion.")
        return delete(physical_id, props)

    handler["delete"] = unless_protected


def correct_concurrency():
    """MiniStack accepts every reservation. This simulates a new account: Lambda keeps its quota of 10 unreserved."""
    handler = handlers["AWS::Lambda::Function"]
    create, update = handler["create"], handler["update"]

    def within_quota(props):
        if "ReservedConcurrentExecutions" in props:
            raise ValueError(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                "UnreservedConcurrentExecution below its minimum value of [10]."
            )
        return props

    handler["create"] = lambda logical_id, props, stack: create(logical_id, within_quota(props), stack)
    handler["update"] = lambda id, old, new, *rest, **named: update(id, old, within_quota(new), *rest, **named)


def correct_route_settings():
    """UpdateStage merges route settings and refuses those of a missing route. MiniStack replaces them all."""
    handler = handlers["AWS::ApiGatewayV2::Stage"]
    create, update = handler["create"], handler["update"]

    def added(props):
        api, stage = props.get("ApiId", ""), props.get("StageName", "$default")
        kept = apigateway._stages.get(api, {}).get(stage, {}).get("routeSettings") or {}
        settings = {**kept, **(props.get("RouteSettings") or {})}
        known = {route["routeKey"] for route in apigateway._routes.get(api, {}).values()}
        for key in settings:
            if key not in known:
                raise ValueError(f"Unable to find Route by key {key} within the provided RouteSettings")
        return {**props, "RouteSettings": settings}

    handler["create"] = lambda logical_id, props, stack: create(logical_id, added(props), stack)
    handler["update"] = lambda id, old, new, *rest, **named: update(id, old, added(new), *rest, **named)


def end_with_parent():
    """Standard input is a pipe that nothing is written to. It closes when the parent ends, and the emulator ends too."""
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)


threading.Thread(target=end_with_parent, daemon=True).start()
correct_secret()
correct_parameter()
correct_cors()
correct_alarm()
correct_names()
correct_protection()
correct_concurrency()
correct_route_settings()
main()
