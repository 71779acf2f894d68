"""A configuration file in YAML: read as plain text values, with the line each of them stands on.

Nothing here guesses types: `NO` stays the country code, `007` the party id and `0.10` the exact decimal.
The models that read the values decide what each of them is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.settings import UserError

Key = str | int
Tree = dict[str, "Tree"] | list["Tree"] | str | None
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class YamlFile:
    """The values of one file and the line (from 1) of each, keyed by its way down from the top."""

    path: Path
    values: Tree
    lines: dict[tuple[Key, ...], int]

    def line_of(self, where: tuple[Key, ...]) -> int | None:
        """Line of a field, or of the nearest thing around it that is really in the file."""
        for length in range(len(where), -1, -1):
            line = self.lines.get(where[:length])
            if line is not None:
                return line
        return None

    def mistake(self, where: tuple[Key, ...], message: str) -> UserError:
        """A UserError that names file, line and field."""
        line = self.line_of(where)
        place = f"{self.path}, line {line}" if line else str(self.path)
        return UserError(f"{place}: {_dotted(where)}: {message}" if where else f"{place}: {message}")


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML file.

    Raises UserError when the file cannot be read, is no YAML, or names a key twice.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UserError(f"{path}{line}: this is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path}: this is not valid YAML: {error}") from error
    file = YamlFile(path, None, {})
    return YamlFile(path, _plain(file, root, ()), file.lines)


def read_model(path: Path, model: type[Model]) -> tuple[Model, YamlFile]:
    """Read one YAML file into a pydantic model.

    Raises UserError that lists every wrong field with its line.
    """
    file = read_yaml(path)
    try:
        return model.model_validate({} if file.values is None else file.values), file
    except ValidationError as error:
        mistakes = [file.mistake(_known(item["loc"]), _sentence(item["msg"])) for item in error.errors()]
        raise UserError("\n".join(str(mistake) for mistake in mistakes)) from error


def _plain(file: YamlFile, node: yaml.Node | None, where: tuple[Key, ...]) -> Tree:
    if node is None:
        return None
    file.lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Tree] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                file.lines[(*where, key)] = key_node.start_mark.line + 1
                raise file.mistake((*where, key), "this key is given twice; keep one")
            file.lines[(*where, key)] = key_node.start_mark.line + 1
            values[key] = _plain(file, value_node, (*where, key))
        return values
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, (*where, position)) for position, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _known(location: tuple[int | str, ...]) -> tuple[Key, ...]:
    return tuple(part for part in location if part != "[key]")


def _dotted(where: tuple[Key, ...]) -> str:
    """`partners[2].time_zone`: entries are counted from 1, as a person would."""
    text = ""
    for part in where:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Extra inputs are not permitted", "this field is not known")
