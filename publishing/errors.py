"""What the publishing room refuses, and what it would accept instead."""

import errors


class ClipNotFound(errors.NotFound):
    code = "clip-not-found"
    message = "You have no such clip. GET /api/v1/clips lists yours."


class ClipFailed(errors.Conflict):
    code = "clip-failed"
    message = "This clip could not be made, so there is nothing to publish. Make it again first."


class ClipCancelled(errors.Conflict):
    code = "clip-cancelled"
    message = "This clip was cancelled, so there is nothing to publish. Make it again first."


class PreviewNotPublishable(errors.Conflict):
    code = "only-a-preview"
    message = "This is only a preview of an edit, gone after a day. Render the draft and publish that clip."


class PostTakenDown(errors.Conflict):
    """Also recorded on the post. `params`: reason (a record that `errors.render_message` can say)."""

    code = "taken-down"
    message = "The staff of this server took this post down ({reason}). Only they can put it back."


class AlreadyPosted(errors.Conflict):
    """`params`: post (its id), url (its address in the API), differs (the fields in which it is another)."""

    code = "already-posted"
    members = ("post", "url")
    message = (
        "This clip is published already, as post {post}, with another {differs}. "
        "Change it with PATCH {url}, or withdraw it first."
    )


class AlreadyOut(errors.Conflict):
    code = "already-out"
    message = "This post is out already, so its time cannot be changed. Withdraw it to publish it later."


class PostWithdrawn(errors.Gone):
    code = "post-withdrawn"
    message = "This post was withdrawn, so it cannot be changed. Publish its clip again."


class InvalidCase(errors.Invalid):
    code = "case-invalid"
    message = "A case is about one post or one person: send either `post` or `person`."


class CaseSubjectNotFound(errors.NotFound):
    code = "case-subject-not-found"
    message = "There is no such post or person."


class ClipDeleted(errors.Gone):
    """Recorded on a post whose clip was deleted before it could be packaged."""

    code = "clip-deleted"
    message = "The clip was deleted before the post was ready. Publish another clip."


class CoverOutside(errors.Invalid):
    code = "cover-outside"
    message = "The cover is a moment of the clip: from 0 to {most} seconds."


class OwnPost(errors.Conflict):
    code = "own-post"
    message = "Nobody puts back their own post. Ask a colleague."


class TooFarAhead(errors.Invalid):
    code = "too-far-ahead"
    message = "A post can be scheduled at most {days} days ahead."


class InvalidTag(errors.Invalid):
    code = "tag-invalid"
    message = "A tag has 1 to {most} letters, digits or underscores, in any script."


class InvalidTab(errors.Invalid):
    code = "tab-invalid"
    message = "There is no such tab. Accepted: {accepted}."
