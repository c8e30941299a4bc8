"""Queries that are put together once."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test.utils import CaptureQueriesContext

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.discussion.prepared import PreparedFor
from forum.lib.prepared import Prepared
from tests.factories import make_annotation, make_comment

pytestmark = pytest.mark.django_db


def test_it_is_put_together_once_and_run_with_other_values(alice, bob):
    built = []

    def build(name, least):
        built.append(name)
        return User.objects.filter(username=name, pk__gte=least).values_list("pk", "username")

    query = Prepared(build)
    assert query.rows(name="alice", least=0) == [(alice.pk, "alice")]
    assert query.rows(name="bob", least=bob.pk) == [(bob.pk, "bob")]
    assert query.rows(name="bob", least=bob.pk + 1) == []
    # By their names, in whatever order they come.
    assert query.rows(least=0, name="alice") == [(alice.pk, "alice")]
    assert built == ["[name]"]


def test_of_another_kind_it_is_another_query(alice, bob):
    query = Prepared(lambda field, value: User.objects.filter(**{field: value}))
    assert query.instances("username", value="alice") == [alice]
    assert query.instances("pk", value=bob.pk) == [bob]
    assert query.instances("username", value="bob") == [bob]


def test_instances_are_as_any_query_gives_them(alice):
    (found,) = Prepared(lambda pk: User.objects.filter(pk=pk)).instances(pk=alice.pk)
    plain = User.objects.get(pk=alice.pk)
    assert {f.name: getattr(found, f.name) for f in User._meta.concrete_fields} == {
        f.name: getattr(plain, f.name) for f in User._meta.concrete_fields
    }
    assert not found.get_deferred_fields()
    assert not found._state.adding


def test_what_is_related_comes_along(article, alice, bob):
    comment, note = make_comment(article, author=bob), make_annotation(article)
    Post.objects.filter(pk=note.pk).update(author=None)
    query = Prepared(
        lambda pk: Post.objects.filter(pk=pk).select_related("author", "root__article")
    )
    plain = Post.objects.get(pk=comment.pk)
    names = [field.attname for field in User._meta.concrete_fields]
    with CaptureQueriesContext(connection) as captured:
        (found,) = query.instances(pk=comment.pk)
        author, root = found.author, found.root
        assert root is not None
        assert root.article.post is root
        assert query.instances(pk=note.pk)[0].author is None
    assert len(captured) == 2
    assert [getattr(author, name) for name in names] == [getattr(bob, name) for name in names]
    assert plain.root is not None
    assert root.article == plain.root.article


def test_what_is_not_loaded_is_deferred(alice):
    query = Prepared(lambda pk: User.objects.filter(pk=pk).only("username"))
    with CaptureQueriesContext(connection) as captured:
        (found,) = query.instances(pk=alice.pk)
        assert found.username == "alice"
        assert len(captured) == 1
        assert found.display_name == alice.display_name
        assert len(captured) == 2


def test_no_value_is_taken_for_text_of_the_query(alice):
    query = Prepared(lambda name: User.objects.filter(username=name))
    query.instances(name="alice")
    for hostile in ("[name]", "' OR 1=1 --", "%s", "%(name)s", "alice'"):
        assert query.instances(name=hostile) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda name: User.objects.filter(username__contains=name),
        lambda name: User.objects.filter(username=name, display_name__startswith=name),
        lambda name: User.objects.filter(username=name.upper()),
        lambda name: User.objects.all(),
    ],
    ids=["contains", "once too often", "computed", "left out"],
)
def test_what_the_query_computes_with_cannot_be_prepared(build, alice):
    for _ in range(2):
        with pytest.raises(TypeError, match="“name” cannot be prepared"):
            Prepared(build).rows(name="alice")


def test_a_slice_cannot_be_prepared(alice):
    for build in (
        lambda most: User.objects.order_by("pk")[:most],
        lambda most: User.objects.filter(pk__lte=most)[:most],
        lambda most: User.objects.filter(pk__gte=most - 1),
    ):
        with pytest.raises(TypeError, match="“most” cannot be prepared"):
            Prepared(build).instances(most=1)


def test_values_become_what_this_threads_connection_makes_of_them(alice):
    query = Prepared(lambda pk: User.objects.filter(pk=pk))
    there = []

    def elsewhere():
        query.instances(pk=alice.pk)
        there.append(weakref.ref(connections[DEFAULT_DB_ALIAS]))
        connections.close_all()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    gc.collect()
    # Nothing of the first thread's is kept.
    assert there[0]() is None
    (found,) = query.instances(pk=alice.pk)
    assert found.date_joined == User.objects.get(pk=alice.pk).date_joined
    bound = {
        id(function.__self__)
        for _, functions, _ in query._made[()].here.found
        for function in functions
        if hasattr(function, "__self__")
    }
    assert bound <= {id(connection.ops)}


def test_everybody_gets_what_they_may_read(article, alice, bob, carol):
    public, own = make_comment(article, author=bob), make_annotation(article, audience="private")
    Post.objects.filter(pk=own.pk).update(author=alice)
    removed = make_comment(article, author=bob)
    Post.objects.filter(pk=removed.pk).update(state="removed")
    posts = PreparedFor(lambda reader: Post.objects.visible_to(reader).order_by("pk"))
    stranger = AnonymousUser()
    readers = [stranger, alice, bob, carol]
    # The same of each again, in another order: what was made for one is not taken for another.
    for reader in [*readers, *reversed(readers)]:
        assert posts.instances(reader) == list(Post.objects.visible_to(reader).order_by("pk"))
    assert {post.pk for post in posts.instances(stranger)} == {article.pk, public.pk}
    assert own in posts.instances(alice)
    assert own not in posts.instances(bob)
