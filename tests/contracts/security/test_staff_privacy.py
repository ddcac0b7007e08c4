"""Findings 16 and 6: staff see their own; what they see of others is a case, and is written down."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from creator.models import StaffAction, User
from creator.models.audit import AuditIsAppendOnly
from creator.permissions import IsStaff
from jobs.models import Job
from library.models import Clip
from publishing.models import Post
from publishing.posts import files
from tests.conftest import Api
from tests.contracts.objects import Things, make_things, post, ready_clip

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., User]


@pytest.fixture
def things(creator: User, api: Api) -> Things:
    return make_things(creator, api)


@pytest.fixture
def shown(creator: User) -> Post:
    made = post(creator, ready_clip(creator))
    Post.objects.filter(pk=made.pk).update(folder=f"posts/{made.pk}/attempt/")
    made.refresh_from_db()
    return made


def take_down(client: Any, shown: Post, reason: str = "gore") -> Any:
    return client.post(f"/api/v1/posts/{shown.pk}/takedown", {"reason": reason, "note": "reported twice"})


def open_case(client: Any, **about: Any) -> str:
    opened = client.post("/api/v1/moderation/cases", {"reason": "two reports of gore"} | about)
    assert opened.status_code == 201, opened.json()
    key: str = opened.json()["id"]
    return key


def audited() -> list[tuple[str, str]]:
    return list(StaffAction.objects.order_by("id").values_list("action", "subject"))


# ── privacy ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["jobs/{}", "jobs/{}/events"])
def test_staff_read_nobody_s_jobs(path: str, things: Things, api: Api, staff: User) -> None:
    assert api(staff).get(f"/api/v1/{path.format(things['jobs'])}").status_code == 404


def test_staff_cancel_nobody_s_jobs(things: Things, api: Api, staff: User) -> None:
    assert api(staff).post(f"/api/v1/jobs/{things['jobs']}/cancel").status_code == 404
    assert Job.objects.get(pk=things["jobs"]).state != "cancelled"


def test_nothing_of_a_library_is_visible_to_staff(things: Things, staff: User) -> None:
    for model in (Job, Clip):
        assert not model.objects.visible_to(staff).exists()


# ── cases ────────────────────────────────────────────────────────────────────────────────────────
def test_a_case_shows_what_is_under_review_and_every_look_is_written_down(
    api: Api, staff: User, shown: Post
) -> None:
    Post.objects.update(visibility="private")
    Clip.objects.filter(posts=shown).update(capsule={"spec": {"prompt": "a dog", "seed": 7}})

    case = open_case(api(staff), post=str(shown.pk))
    looks = [api(staff).get(f"/api/v1/moderation/cases/{case}").json() for _ in range(2)]

    assert looks[0]["posts"][0]["title"] == "mine" and looks[0]["posts"][0]["prompt"] == "a dog"
    subject = f"post:{shown.pk}"
    assert audited() == [("case.open", subject), ("case.look", subject), ("case.look", subject)]
    assert {row.actor_id for row in StaffAction.objects.all()} == {staff.pk}
    assert {row.reason for row in StaffAction.objects.all()} == {"two reports of gore"}


def test_a_case_about_a_person_shows_their_posts_and_jobs(
    api: Api, staff: User, creator: User, things: Things
) -> None:
    case = open_case(api(staff), person=creator.handle)

    told = api(staff).get(f"/api/v1/moderation/cases/{case}").json()

    assert told["person"]["handle"] == creator.handle
    assert str(things["posts"]) in {one["id"] for one in told["posts"]}
    assert str(things["jobs"]) in {one["id"] for one in told["jobs"]}


def test_a_case_is_about_one_post_or_one_person(api: Api, staff: User, creator: User, shown: Post) -> None:
    both = {"post": str(shown.pk), "person": creator.handle}
    for about in ({}, both):
        answer = api(staff).post("/api/v1/moderation/cases", {"reason": "x"} | about)
        assert (answer.status_code, answer.json()["code"]) == (400, "case-invalid")
    for about in ({"person": "nobody-there"}, {"post": "01890000-0000-7000-8000-000000000000"}):
        answer = api(staff).post("/api/v1/moderation/cases", {"reason": "x"} | about)
        assert (answer.status_code, answer.json()["code"]) == (404, "case-subject-not-found")
    assert audited() == []


def test_the_audit_is_neither_changed_nor_deleted(api: Api, staff: User, shown: Post) -> None:
    take_down(api(staff), shown)
    row = StaffAction.objects.get()

    for change in (row.save, row.delete, StaffAction.objects.all().delete):
        with pytest.raises(AuditIsAppendOnly):
            change()
    with pytest.raises(AuditIsAppendOnly):
        StaffAction.objects.update(reason="")
    with pytest.raises(AuditIsAppendOnly):
        StaffAction.objects.bulk_update([row], ["reason"])


def test_the_audit_outlives_who_acted_and_whom_it_was_about(
    api: Api, staff: User, creator: User, shown: Post
) -> None:
    take_down(api(staff), shown)
    number = staff.pk

    creator.delete()
    staff.delete()

    assert StaffAction.objects.get().actor_id == number


# ── takedown ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_what_is_taken_down_is_gone_for_everybody_at_once(
    visibility: str, api: Api, staff: User, other: User, creator: User, shown: Post
) -> None:
    Post.objects.update(visibility=visibility)
    assert api(other).get(f"/api/v1/posts/{shown.pk}").status_code == 200

    assert take_down(api(staff), shown).status_code == 200

    assert api(other).get(f"/api/v1/posts/{shown.pk}").status_code == 404
    assert api(other).post(f"/api/v1/posts/{shown.pk}/like").status_code == 404
    assert api(other).get("/api/v1/feed").json()["results"] == []
    assert api(other).get(f"/api/v1/creators/{creator.handle}/posts").json()["results"] == []
    assert not files.may_open(str(shown.pk), other.pk)


def test_its_author_sees_why_in_their_language_and_cannot_undo_it(
    api: Api, staff: User, creator: User, shown: Post
) -> None:
    take_down(api(staff), shown)
    client, address = api(creator, "zh-hans"), f"/api/v1/posts/{shown.pk}"

    told = client.get(address).json()
    assert (told["state"], told["error"]["code"]) == ("taken_down", "taken-down")
    assert "禁止血腥内容" in told["error"]["detail"] and "reported twice" not in str(told)
    for answer in (client.patch(address, {"visibility": "public"}), client.delete(address)):
        assert (answer.status_code, answer.json()["code"]) == (409, "taken-down")
    for path in ("takedown", "reinstate"):
        assert client.post(f"{address}/{path}", {"reason": "gore"}).status_code == 403
    again = client.post("/api/v1/posts", {"clip": str(shown.clip_id)})
    assert again.json()["id"] == str(shown.pk) and again.json()["state"] == "taken_down"


def test_what_is_reinstated_is_back_as_it_was(api: Api, staff: User, other: User, shown: Post) -> None:
    take_down(api(staff), shown)

    answer = api(staff).post(f"/api/v1/posts/{shown.pk}/reinstate", {"note": "appeal granted"})

    assert answer.status_code == 200
    assert api(other).get(f"/api/v1/posts/{shown.pk}").json()["state"] == "published"
    subject = f"post:{shown.pk}"
    assert audited() == [("post.takedown", subject), ("post.reinstate", subject)]
    assert StaffAction.objects.latest("id").reason == "appeal granted"


def test_taking_down_twice_is_taking_down_once(api: Api, staff: User, shown: Post) -> None:
    assert [take_down(api(staff), shown).status_code for _ in range(2)] == [200, 200]
    assert audited() == [("post.takedown", f"post:{shown.pk}")]


def test_staff_take_down_what_is_out_not_what_is_private(api: Api, staff: User, shown: Post) -> None:
    Post.objects.update(visibility="private")

    assert take_down(api(staff), shown).status_code == 404


@pytest.mark.parametrize("about", ["post", "person"])
def test_what_a_case_is_about_is_taken_down_though_its_author_has_hidden_it_meanwhile(
    about: str, api: Api, staff: User, creator: User, other: User, shown: Post
) -> None:
    Post.objects.update(visibility="private")
    open_case(api(staff), **{about: str(shown.pk) if about == "post" else creator.handle})

    assert take_down(api(staff), shown).json()["state"] == "taken_down"

    assert api(creator).patch(f"/api/v1/posts/{shown.pk}", {"visibility": "public"}).status_code == 409
    assert api(other).get(f"/api/v1/posts/{shown.pk}").status_code == 404


@pytest.mark.parametrize(("act", "state"), [("reinstate", "published"), ("takedown", "pending")])
def test_a_case_lets_nobody_look_by_an_act_that_changes_nothing(
    act: str, state: str, api: Api, staff: User, shown: Post
) -> None:
    Post.objects.update(visibility="private", state=state)
    open_case(api(staff), post=str(shown.pk))

    answer = api(staff).post(
        f"/api/v1/posts/{shown.pk}/{act}", {"reason": "gore"} if act == "takedown" else {}
    )

    assert answer.status_code == 404


def test_what_is_hidden_with_its_suspended_author_is_taken_down_before_they_are_back(
    api: Api, staff: User, creator: User, other: User, shown: Post
) -> None:
    for act in ("suspend", "restore"):
        assert api(staff).post(f"/api/v1/users/{creator.handle}/{act}", {"reason": "x"}).status_code == 200
        assert take_down(api(staff), shown).status_code == 200

    assert api(other).get(f"/api/v1/posts/{shown.pk}").status_code == 404


def test_staff_do_not_put_back_what_is_their_own(
    api: Api, staff: User, shown: Post, person: MakePerson
) -> None:
    Post.objects.update(owner=staff)
    take_down(api(person("warden", is_staff=True)), shown)

    answer = api(staff).post(f"/api/v1/posts/{shown.pk}/reinstate")

    assert (answer.status_code, answer.json()["code"]) == (409, "own-post")
    assert Post.objects.get().state == "taken_down"


# ── every act ────────────────────────────────────────────────────────────────────────────────────
ACTS: dict[str, dict[str, Any]] = {
    "waitlist/admit": {"count": 1},
    "waitlist/segments": {"name": "hosts", "head_start": 3600},
    "invites": {"uses": 3},
    "invites/revoke": {"code": "FOROTHERS"},
    "users/{users}/suspend": {"reason": "spam"},
    "users/{users}/restore": {"reason": "appeal"},
    "posts/{posts}/takedown": {"reason": "gore"},
    "posts/{posts}/reinstate": {},
    "moderation/cases": {"reason": "reported", "person": "ming"},
}


def test_every_route_of_staff_that_changes_something_is_known_here() -> None:
    def of_staff(function: Any) -> bool:
        return IsStaff in function.cls.permission_classes

    found = {
        re.sub(r"<\w+:\w+>", "{}", str(entry.pattern))
        for room in ("creator", "waitlist", "publishing")
        for entry in import_module(f"{room}.urls").urlpatterns
        if of_staff(entry.callback) and hasattr(entry.callback.cls, "post")
    }

    assert found == {re.sub(r"{\w+}", "{}", path) for path in ACTS}


@pytest.mark.parametrize("path", ACTS)
def test_every_act_of_staff_is_written_down(
    path: str, api: Api, staff: User, waiting: User, things: Things
) -> None:
    api(waiting).post("/api/v1/waitlist", {})
    if path.endswith("restore"):
        User.objects.filter(handle=things["users"]).update(is_active=False)
    if path.endswith("reinstate"):
        Post.objects.filter(pk=things["posts"]).update(state="taken_down")

    if path == "waitlist/segments":  # of owners
        User.objects.filter(pk=staff.pk).update(is_superuser=True)
        staff.is_superuser = True

    answer = api(staff).post(f"/api/v1/{path.format_map(things)}", ACTS[path])

    assert answer.status_code < 300, answer.json()
    assert [row.actor_id for row in StaffAction.objects.all()] == [staff.pk]


def test_the_audit_names_who_was_let_in_and_how_many_an_invite_lets_in(
    api: Api, staff: User, waiting: User
) -> None:
    api(waiting).post("/api/v1/waitlist", {})
    api(staff).post("/api/v1/waitlist/admit", {"count": 5})
    invite = api(staff).post("/api/v1/invites", {"uses": 3}).json()

    admitted, made = StaffAction.objects.order_by("id")
    assert (admitted.action, admitted.subject) == ("admit", f"user:{waiting.pk}")
    assert (made.action, made.data) == ("invite", {"uses": 3})
    assert invite["code"] not in str(StaffAction.objects.values())
