from django.db import migrations

AS_THEY_WERE = (
    "prompt", "negative_prompt", "seconds", "aspect", "seed", "steps", "guidance", "quality", "camera",
)
FRAME_RATE = 30  # of every clip so far
PARSED_PROMPT = {"prompt": "rewritten_prompt", "drew": "slots", "said": "matched_words", "scenes": "captions"}
DELETED = "00000000-0000-0000-0000-000000000000"  # stands for the id of what was deleted and is not known
BATCH = 500


def move(apps, schema_editor):
    """What the columns say, as `GenerationSpec.as_dict` writes it; pictures that are still there into `stills`."""
    Generation = apps.get_model("generation", "Generation")
    link = Generation.stills.through
    rows = Generation.objects.using(schema_editor.connection.alias)
    batch = []
    for row in rows.prefetch_related("keyframes").order_by("pk").iterator(chunk_size=BATCH):
        row.spec = _spec(row, apps, schema_editor.connection.alias)
        batch.append(row)
        if len(batch) == BATCH:
            _write(rows, link, batch)
            batch = []
    _write(rows, link, batch)


def _write(rows, link, batch):
    rows.bulk_update(batch, ["spec"], batch_size=BATCH)
    link.objects.using(rows.db).bulk_create(
        link(generation_id=row.pk, still_id=still) for row in batch for still in _stills(row)
    )


def _stills(row):
    kept = [row.first_frame_id, row.last_frame_id, *(each.still_id for each in row.keyframes.all())]
    return {still for still in kept if still is not None}


def _spec(row, apps, alias):
    return {
        **{name: getattr(row, name) for name in AS_THEY_WERE},
        "short_side": int(row.resolution.removesuffix("p")),
        "fps": FRAME_RATE,
        "first_frame": _reference(row, "first_frame"),
        "last_frame": _reference(row, "last_frame"),
        "keyframes": [{"at": each.at, "still": str(each.still_id or DELETED)} for each in row.keyframes.all()],
        "extends": _extended(row, apps, alias),
        "scenes": [{**scene, "understood": _parsed(scene.get("understood"))} for scene in row.scenes],
        "understood": _parsed(row.understood),
    }


def _reference(row, name):
    key = getattr(row, f"{name}_id")
    return str(key or DELETED) if key or name in row.begins_from else None


def _extended(row, apps, alias):
    """The clip it goes on from; one that was deleted is still remembered by where the result came from."""
    if row.extends_id or "extends" not in row.begins_from:
        return _reference(row, "extends")
    edges = apps.get_model("library", "Provenance").objects.using(alias)
    edge = edges.filter(clip_id=row.clip_id, relation="extend").first()
    return str(edge.source_key) if edge else DELETED


def _parsed(understood):
    return understood and {PARSED_PROMPT.get(name, name): value for name, value in understood.items()}


class Migration(migrations.Migration):
    dependencies = [("generation", "0005_spec")]

    operations = [migrations.RunPython(move)]
