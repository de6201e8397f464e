#include "terse/cli/allocate_evidence.h"

#include <fmt/core.h>

#include "terse/allocate/evidence.h"
#include "terse/cli/allocate_options.h"
#include "terse/stats/further_splits.h"
#include "terse/stats/verdict_text.h"
#include "terse/text/number.h"

namespace terse::cli {
namespace {

using text::counted;

using Json = nlohmann::ordered_json;

std::size_t asked_of(const CurveView& view) {
  return view.curve.points.size() + view.curve.budgets_left;
}

/// "by 4 folds" or, of several budgets, "by 4 folds, of 5 messages together".
std::string basis_text(const CurveView& view) {
  const std::size_t asked = asked_of(view);
  const std::string folds = "by " + counted(view.evidence.front().pairs, "fold");
  return asked > 1 ? folds + fmt::format(", of {} messages together", asked) : folds;
}

std::string open_text(const stats::Comparison& comparison) {
  const std::string further = stats::further_text(stats::further_splits(comparison), "fold");
  return std::string(stats::name(stats::Verdict::unknown)) +
         (further.empty() ? "" : ", " + further);
}

Json bits_json(const CurveView& view, const std::optional<std::size_t>& point) {
  return point ? Json(view.curve.points[*point].bits) : Json(nullptr);
}

std::string remedy_text(const CurveView& view, const stats::Comparison& comparison) {
  if (comparison.verdict == stats::Verdict::inferior) {
    return "give more --bits, or a larger --max-loss";
  }
  const stats::FurtherSplits further = stats::further_splits(comparison);
  const std::size_t folds = comparison.pairs + further.splits;
  std::string text = "give ";
  if (further.kind == stats::Further::about && folds <= std::size_t{AllocateArguments::folds_max}) {
    text += fmt::format("--folds {}, ", folds);
  } else if (further.kind == stats::Further::not_estimable) {
    text += "more --folds, ";
  }
  if (asked_of(view) > 1) text += "fewer --budgets, ";
  return text + (text.ends_with(", ") ? "or a larger --max-loss" : "a larger --max-loss");
}

}  // namespace

std::string answer_text(const CurveView& view) {
  const auto shown = allocate::smallest_as_good(view.evidence);
  const auto open = allocate::smallest_open(view.evidence);
  const double percent = 100 * view.margin;
  std::string text;
  if (shown) {
    const double bits = view.curve.points[*shown].bits;
    text = fmt::format("within {:.6g} % of full precision from {:.1f} bits", percent, bits);
  } else {
    text = fmt::format("no message is shown to be within {:.6g} % of full precision", percent);
  }
  text += fmt::format(" ({})", basis_text(view));
  if (open) {
    text += fmt::format("; {:.1f} bits: {}", view.curve.points[*open].bits,
                        open_text(view.evidence[*open]));
  }
  return text;
}

std::string nothing_shown_text(const CurveView& view) {
  // The largest message of which it cannot be told, else the largest one.
  std::size_t said = 0;
  for (std::size_t p = view.evidence.size(); p > 0; --p) {
    if (view.evidence[p - 1].verdict == stats::Verdict::unknown) said = p - 1;
  }
  const stats::Comparison& comparison = view.evidence[said];
  return fmt::format(
      "no message is shown to lose at most {:.6g} % more than full precision ({}). {:.1f} bits: "
      "{}; "
      "{}",
      100 * view.margin, basis_text(view), view.curve.points[said].bits,
      stats::verdict_text(comparison, "fold"), remedy_text(view, comparison));
}

void add_verdict_json(const stats::Comparison& comparison, Json& json) {
  json["verdict"] = stats::name(comparison.verdict);
  json["text"] = stats::verdict_text(comparison, "fold");
  json["within"] = stats::as_good(comparison.verdict);
  json["difference"] = comparison.difference.mean;
  json["lower"] = comparison.difference.lower;
  json["upper"] = comparison.difference.upper;
}

void add_answer_json(const CurveView& view, Json& json) {
  const auto open = allocate::smallest_open(view.evidence);
  json["margin"] = view.margin;
  json["folds"] = view.evidence.front().pairs;
  json["bits_shown"] = bits_json(view, allocate::smallest_as_good(view.evidence));
  json["bits_open"] = bits_json(view, open);
  json["answer"] = answer_text(view);
  if (!open) return;
  const stats::FurtherSplits further = stats::further_splits(view.evidence[*open]);
  if (further.kind == stats::Further::about) json["further_folds"] = further.splits;
}

}  // namespace terse::cli
