#include "options.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <vector>

#include "terse/base/error.h"
#include "terse/train/option_table.h"
#include "training.h"

namespace nb = nanobind;

namespace terse::python {
namespace {

std::string shown(nb::handle value) {
  return nb::cast<std::string>(nb::repr(value));
}

[[noreturn]] void refuse(const std::string& name, nb::handle value, const char* what) {
  throw base::OptionError(name, "", shown(value) + " is not " + what, "");
}

std::string_view kind_of(const train::TrainingOption& option) {
  const train::OptionValue kind = option.default_value();
  if (std::holds_alternative<std::uint64_t>(kind)) return "int";
  return std::holds_alternative<double>(kind) ? "float" : "str";
}

train::OptionValue value_of(const train::TrainingOption& option, nb::handle value) {
  const std::string name(option.name);
  const std::string_view kind = kind_of(option);
  if (kind == "str") {
    if (!nb::isinstance<nb::str>(value)) refuse(name, value, "a str");
    return nb::cast<std::string>(value);
  }
  // Numbers of numpy are numbers, too; True is not meant as 1.
  const bool number = PyNumber_Check(value.ptr()) != 0 && !PyBool_Check(value.ptr()) &&
                      !nb::isinstance<nb::str>(value);
  if (kind == "float") {
    if (!number) refuse(name, value, "a number");
    const double result = PyFloat_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr) throw nb::python_error();
    return result;
  }
  if (!number || PyIndex_Check(value.ptr()) == 0) refuse(name, value, "a whole number");
  const nb::object index = nb::steal(PyNumber_Index(value.ptr()));
  if (!index.is_valid()) throw nb::python_error();
  std::uint64_t result = 0;
  if (!nb::try_cast<std::uint64_t>(index, result))
    refuse(name, value, "a whole number from 0 to 2^64 - 1");
  return result;
}

}  // namespace

train::Options options_with(const train::Options& start, std::optional<train::Protocol> protocol,
                            const nb::dict& given) {
  std::vector<train::GivenOption> options;
  for (const auto& [key, value] : given) {
    const auto name = nb::cast<std::string>(key);
    const train::TrainingOption* option = train::find_training_option(name);
    if (option == nullptr) {
      throw base::OptionError(name, "", "there is no such option", "terse.options() lists them");
    }
    options.push_back({option, value_of(*option, value)});
  }
  train::Options result = train::with_given(start, protocol, options);
  train::validate(result);
  return result;
}

train::TableWishes wishes_of(const nb::dict& given) {
  const auto text = [&](const char* key) { return nb::cast<std::string>(given[key]); };
  const auto names = [&](const char* key) {
    return nb::cast<std::vector<std::string>>(given[key]);
  };
  const std::string dates = text("dates");
  return {.target = text("target"),
          .further_targets = names("further_targets"),
          .features = names("features"),
          .ignored = names("ignore"),
          .task = text("task"),
          .gaps_are_levels = text("missing") == "level",
          .categorical = names("categorical"),
          .dates = dates == "parts"    ? data::Dates::parts
                   : dates == "levels" ? data::Dates::levels
                                       : data::Dates::ignore};
}

void bind_options(nb::module_& module) {
  module.def(
      "training_options",
      [] {
        nb::list rows;
        for (const train::TrainingOption& option : train::training_options()) {
          nb::dict row;
          row["name"] = std::string(option.name);
          row["kind"] = std::string(kind_of(option));
          row["text"] = std::string(option.text);
          row["bounds"] = option.is_number() ? train::bounds_text(option.range) : std::string();
          nb::list choices;
          for (const std::string_view choice : option.choices) choices.append(std::string(choice));
          row["choices"] = choices;
          rows.append(row);
        }
        return rows;
      },
      "The table of training options: a dict of name, kind, text, bounds and choices for each.");
}

}  // namespace terse::python
