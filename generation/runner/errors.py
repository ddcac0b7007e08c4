"""What the runner refuses, before the model is touched."""

from typing import Any

from errors import Invalid, Unavailable, Unprocessable

# What may be wrong with a file of a model folder: the reasons of ModelBroken.
NOT_JSON = "it must hold a JSON object, and cannot be read as one."
NOT_ACCEPTED = "its entry {entry} cannot be used; accepted: {accepted}."
NOT_THERE = "it is not there. Download the model again."
NOT_ALLOWED = "the server may not read it. Give it the permission, or copy the file."
POINTER = "it is a pointer of Git LFS, not the file itself. Fetch it with git lfs pull."
DAMAGED = "it is empty, damaged or cut short. Download it again."
LACKS_TENSORS = (
    "it lacks {count} tensors, {name} among them. Download the weights that belong to this config."
)
OTHER_SHAPE = "{name} is {found} there, and {wanted} by the config. Download the weights that belong to it."
NOT_LOADED = "it cannot be loaded ({detail}). Download the model again."
NOT_FITTING = "its components do not fit together ({detail}). Download all of them from one place."
NOT_A_TOKENIZER = "it is no tokenizer that can be read. Download it again."
NOT_A_LEXICON = "it is no vocabulary of a model like the built-in one. Export the model again."


class ModelFolderNotFound(Unavailable):
    code = "model-folder-not-found"
    message = "The model {model} is not on this machine: no folder with a model_index.json was found for it."


class FamilyNotFound(Unprocessable):
    code = "model-family-not-found"
    message = "The model {model} is a {pipeline}; pipelines that can be run: {known}."


class ModelBroken(Unprocessable):
    """`params`: model, file (as it is called in the model's folder), reason (a record that
    `errors.render_message` can say). What is there to be mended is on this machine, so asking again does not
    help, and nothing is charged."""

    code = "model-broken"
    message = "The model {model} cannot be used until its folder is mended. {file}: {reason}"


def model_broken(model: str, file: str, reason: str, **params: Any) -> ModelBroken:
    """The error of `file` in the folder of `model`; `params` fill the sentence `reason`."""
    return ModelBroken(field="model", model=model, file=file, reason={"message": reason, "params": params})


class AspectNotFound(Invalid):
    code = "aspect-not-found"
    message = "There is no aspect {aspect}; accepted: {accepted}."


class LengthOutOfRange(Invalid):
    code = "length-out-of-range"
    message = "A clip of {seconds} s cannot be made; accepted: {least} to {most} s."


class SizeOutOfRange(Invalid):
    code = "size-out-of-range"
    message = "A short side of {short_side} pixels cannot be delivered; accepted: even, {least} to {most}."


class FrameRateOutOfRange(Invalid):
    code = "frame-rate-out-of-range"
    message = "{fps} frames a second cannot be delivered; accepted: {least} to {most}."


class StepsOutOfRange(Invalid):
    code = "steps-out-of-range"
    message = "{steps} steps cannot be made; accepted: {least} to {most}."


class NeedsFirstFrame(Invalid):
    code = "needs-first-frame"
    message = "The model {model} starts from a picture: give a first frame."


class NoFirstFrame(Invalid):
    code = "no-first-frame"
    message = "The model {model} cannot start from a picture: leave it out or choose another model."


class NoLastFrame(Invalid):
    code = "no-last-frame"
    message = "The model {model} cannot aim at a last frame: leave it out or choose another model."


class NoKeyframes(Invalid):
    code = "no-keyframes"
    message = "The model {model} takes no pictures on the way: leave them out or choose another model."


class KeyframeOutside(Invalid):
    """`params`: at, least and most (seconds): what the model draws a frame of its own for."""

    code = "keyframe-outside"
    message = "A keyframe at {at} s cannot be shown in this clip; accepted: {least} to {most} s."


class KeyframesTogether(Invalid):
    code = "keyframes-together"
    message = "Two pictures cannot both be shown at {at} s; keep them at least {apart} s apart."


class PromptTooLong(Invalid):
    code = "prompt-too-long"
    message = "This prompt is too long; at most {most} characters are accepted."


class GuidanceOutOfRange(Invalid):
    code = "guidance-out-of-range"
    message = "A guidance scale of {guidance} cannot be used; accepted: {least} to {most}."


class PromptEmpty(Invalid):
    code = "prompt-empty"
    message = "There is nothing to read in this prompt. Write in words what is to be seen."


class SeedOutOfRange(Invalid):
    code = "seed-out-of-range"
    message = "There is no seed {seed}; accepted: whole numbers from {least} to {most}."


class QualityNotFound(Invalid):
    code = "quality-not-found"
    message = "There is no quality {quality}; accepted: {accepted}."


class CameraMoveNotFound(Invalid):
    code = "camera-move-not-found"
    message = "There is no camera move {camera}; accepted: {accepted}."


class OptimizationNotFound(Invalid):
    code = "optimization-not-found"
    message = "There is no optimization {optimization}; accepted: {accepted}."


class InvalidOptimizationValue(Invalid):
    code = "optimization-value-invalid"
    message = "The optimization {optimization} cannot be set to {value}; accepted: {accepted}."


class OptimizationNotForModel(Unprocessable):
    code = "optimization-not-for-model"
    message = (
        "The optimization {optimization} does not work with the model {model}; "
        "it works with these families: {families}."
    )


class OptimizationNotMeasured(Unprocessable):
    code = "optimization-not-measured"
    message = (
        "The optimization {optimization}=mag needs mag_ratios in lingying.json, "
        "measured for the model {model}."
    )


class OptimizationNeedsGpu(Unavailable):
    code = "optimization-needs-gpu"
    message = "The optimization {optimization} needs a GPU, and this machine has none."


class OptimizationNeedsPackage(Unavailable):
    code = "optimization-needs-package"
    message = (
        "The optimization {optimization} needs the package {package}, which is not installed on this machine."
    )


class OptimizationRefused(Unavailable):
    code = "optimization-refused"
    message = "The optimization {optimization}={value} cannot be applied on this machine: {reason}"


class OutOfMemory(Unprocessable):
    """`params`: model, size, frames; needed, used and most (GiB): what was in use with what was asked for on
    top, what was in use, what there is."""

    code = "out-of-memory"
    message = (
        "The model {model} ran out of memory twice at {size} and {frames} frames, the second time with "
        "all that saves memory: at least {needed} GB are needed, and {used} of {most} GB were in use. Ask "
        "for less at once."
    )


class NoNegativePrompt(Invalid):
    code = "no-negative-prompt"
    message = "The model {model} takes no negative prompt: leave it out or choose another model."


class CannotExtend(Invalid):
    code = "cannot-extend"
    message = "The model {model} makes at most {most} s at once and cannot go on from a clip: ask for less."


class TwoBeginnings(Invalid):
    code = "two-beginnings"
    message = "A clip that goes on from another cannot have a first frame too: give one of the two."


class ScenesOutOfOrder(Invalid):
    code = "scenes-out-of-order"
    message = "Each scene lasts at least {least} s: from the one before, and to the end at {seconds} s."


class InputNotFound(Invalid):
    code = "input-not-found"
    message = "This capsule begins from {name}: give the file again."


class InputDiffers(Invalid):
    code = "input-differs"
    message = "The file given as {name} is not the one that the capsule begins from."


class PictureUnreadable(Invalid):
    code = "input-picture-unreadable"
    message = "The picture {file} ({name}) cannot be read; accepted: files that are whole, of {accepted}."


class VideoUnreadable(Invalid):
    code = "input-video-unreadable"
    message = "The video {file} cannot be read; accepted: files that are whole, of {accepted}."


class NotACapsule(Invalid):
    code = "not-a-capsule"
    message = "{file} is no capsule: give what --capsule wrote, or the event that ended a run."


class NotAScene(Invalid):
    code = "not-a-scene"
    message = "{scene} is no scene: write the second it begins at, a colon and its prompt, as in 5:一只小狗."
