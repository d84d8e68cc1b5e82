"""`cloudtune show`."""

from __future__ import annotations

from cloudtune.cli import console, options


def show(
    name: options.Name,
    *,
    root: options.Root = None,
) -> None:
    """Show a spec as it takes effect: defaults merged in, each value with where it comes from."""
    from cloudtune.cli.opening import one, open_store
    from cloudtune.spec.effective import effective_text

    store = open_store(root)
    item = store.specs[one(store, name)]
    console.result(effective_text(item.spec, store.sources[item.file]))
