"""The stage publish: check the lake and replace the published file."""

from __future__ import annotations

from flows.stages.session import Session
from warehouse.publish.publish import PublishReport
from warehouse.publish.publish import publish as publish_lake


def publish(session: Session) -> PublishReport:
    """Publish; CheckFailed leaves the published file as it was."""
    report = publish_lake(session.lake, session.run)
    session.reports[PublishReport] = report
    return report
