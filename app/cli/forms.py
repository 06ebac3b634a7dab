"""A form given to a command, with the lists that it reads: those named, those beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.definition import Definition
from surveys.importing import read_questionnaire
from surveys.lists import ListFile, files_of, list_id, read_list
from surveys.parcels import Parcel, SentFile, open_parcel
from surveys.structure import Structure, build_structure
from surveys.xlsform import Problem


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A form that can be used, what its author should know, and its lists by what formulas call them."""

    definition: Definition
    problems: tuple[Problem, ...]
    lists: dict[str, ListFile]

    @property
    def structure(self) -> Structure:
        """The form made ready to evaluate."""
        return build_structure(self.definition, self.lists)


def open_form(file: str, beside: Sequence[str] = ()) -> OpenedForm:
    """Read a form, or a .zip of a form and its files.

    A list that the form names and that is not given is looked for in its folder, and in `NAME-media` beside it.

    Raises: OSError; FormRefused; Invalid: a file that cannot be read.
    """
    path = Path(file)
    parcel = open_parcel([SentFile(path.name, path.read_bytes())])
    if beside:
        sent = [SentFile(Path(each).name, Path(each).read_bytes()) for each in beside]
        parcel = Parcel(parcel.form, (*parcel.files, *open_parcel(sent, form_expected=False).files))
    assert parcel.form is not None
    read = read_questionnaire(parcel.form.content, file_name=parcel.form.name)
    lists = _lists(path, files_of(read.definition), parcel)
    if lists:
        read = read_questionnaire(parcel.form.content, file_name=parcel.form.name, files=lists)
    return OpenedForm(read.definition, read.problems, lists)


def _lists(path: Path, wanted: dict[str, str], parcel: Parcel) -> dict[str, ListFile]:
    found = {
        list_id(each.name): read_list(each.name, each.content) for each in parcel.files if list_id(each.name) in wanted
    }
    for name, file in wanted.items():
        for folder in (path.parent, path.with_name(f"{path.stem}-media")):
            candidate = folder / Path(file).name
            if name not in found and candidate.is_file():
                found[name] = read_list(candidate.name, candidate.read_bytes())
    return found
