// terse study: every method at every width over repeated splits, resumable; terse study merge.
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/cli/commands.h"
#include "terse/cli/study_options.h"
#include "terse/cli/study_view.h"
#include "terse/cli/summary.h"
#include "terse/cli/table_options.h"
#include "terse/cli/task_options.h"
#include "terse/cli/terminal.h"
#include "terse/cli/training_options.h"
#include "terse/study/candidates.h"
#include "terse/study/results.h"
#include "terse/study/run.h"
#include "terse/study/summarise.h"
#include "terse/study/summary_file.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

namespace fs = std::filesystem;

struct StudyArguments {
  std::vector<std::string> data;
  TableOptions table;  // but for the files
  TaskOptions task;
  TrainingOptions training;
  std::vector<std::string> methods = {"fp", "pr-qq", "bw-sq"};
  study::Plan plan;
  std::string portfolio = "none";
  std::size_t search = 0;
  double margin_percent = 2;
  std::string space = "paper";
  unsigned jobs = 1;
  std::string shard = "1/1";
  std::string output;
  bool json = false;
  bool quiet = false;
};

std::vector<study::Settings> candidates(const StudyArguments& arguments) {
  if (arguments.search > 0) {
    const study::Space space =
        arguments.space == "paper"
            ? study::paper_space()
            : study::read_space(text_of_file(arguments.space), arguments.space);
    return study::draw(space, arguments.search, arguments.plan.seed);
  }
  if (arguments.portfolio == "none") return {};
  if (arguments.portfolio == "default") return study::default_portfolio();
  return study::read_portfolio(text_of_file(arguments.portfolio), arguments.portfolio);
}

void finish_plan(StudyArguments& arguments, std::vector<data::Table>& tables) {
  study::Plan& plan = arguments.plan;
  plan.methods.clear();
  for (const std::string& id : arguments.methods) {
    const auto method = quantize::parse_method(id);
    if (!method) {
      throw base::InputError("--methods", "", text::in_quotes(id) + " is not a method",
                             "terse train --help lists them");
    }
    plan.methods.push_back(*method);
  }
  plan.base = arguments.training.resolved();
  if (!arguments.training.given("temperature_end")) {
    plan.method_settings = study::settings_of_methods(arguments.training.protocol(), plan.methods);
  }
  plan.margin = arguments.margin_percent / 100;
  plan.candidates = candidates(arguments);
  plan.version = TERSE_VERSION;
  for (const NamedData& data : named_tables(arguments.data)) {
    TableOptions table = arguments.table;
    table.data = data.files;
    tables.push_back(read_training_table(table, arguments.task, plan.base));
    plan.data.push_back(study::planned_data(data.name, tables.back().source, tables.back()));
  }
  study::validate(plan);
}

// Shards that share a folder differ in their command alone: the first one's stays, and no two of
// them write the same file.
void keep_plan(study::Plan plan, const fs::path& path) {
  if (fs::exists(path)) {
    study::Plan kept = study::read_plan(text_of_file(path.string()), path.string());
    kept.command = plan.command;
    if (study::write_plan(kept) == study::write_plan(plan)) return;
  }
  base::write_file(path, study::write_plan(plan));
}

void report(const study::Plan& plan, const study::Journal& journal, bool json) {
  study::Results results(journal);
  const study::FindResult find = [&](const study::Trial& trial) { return results.find(trial); };
  const study::Summary summary = study::summarise(plan, find, hardware_text());
  study::write_summary(summary, journal.folder());
  const std::string text = json ? study::summary_json(summary) : summary_text(summary);
  fmt::print("{}", text);
}

void run_study(StudyArguments& arguments) {
  if (arguments.data.empty()) {
    throw base::InputError("DATA", "", "no data set is given", "give at least one");
  }
  std::vector<data::Table> tables;
  study::RunOptions options;
  options.shard = parsed_shard(arguments.shard);
  finish_plan(arguments, tables);
  const study::Journal journal(arguments.output);
  keep_plan(arguments.plan, journal.folder() / "study.json");
  StudyView view(arguments.quiet);
  options.jobs = arguments.jobs;
  options.stop = &stop_request();
  options.on_change = [&](const study::StudyProgress& progress) { view.show(progress); };
  const study::RunReport done = run_resumable(arguments.plan, tables, journal, options);
  if (!arguments.quiet) fmt::print(stderr, "\n{} trainings done\n", done.trained);
  if (done.complete) return report(arguments.plan, journal, arguments.json);
  if (!arguments.quiet) {
    fmt::print(stderr,
               "shard {} is done; others are not: merge, then run again if there is a "
               "search\n",
               arguments.shard);
  }
}

void run_merge(const std::vector<std::string>& folders, const std::string& output, bool json) {
  const study::Journal into(output);
  for (const std::string& folder : folders) {
    const study::Merged merged = study::merge_results(folder, into);
    for (const std::string& note : merged.notes) fmt::print(stderr, "note: {}\n", note);
    fmt::print(stderr, "{}: {} results copied, {} already there\n", folder, merged.copied,
               merged.known);
  }
  const std::string file = (fs::path(folders.front()) / "study.json").string();
  const study::Plan plan = study::read_plan(text_of_file(file), file);
  base::write_file(into.folder() / "study.json", study::write_plan(plan));
  report(plan, into, json);
}

void add_training_options(Command command, TrainingOptions& training) {
  for (const char* name : {"hidden", "epochs", "batch", "learning_rate"}) {
    training.add(command, name);
  }
  training.add(command, "threshold_rate_factor", threshold_rate_text);
  training.add(command, "dropout");
  training.add_protocol(command);
  training.add(command, "schedule", "how the temperature falls");
  add_split_options(command, training);
}

void add_plan_options(Command command, StudyArguments& arguments) {
  study::Plan& plan = arguments.plan;
  add_one_target(command, arguments.table);
  add_column_options(command, arguments.table);
  add_reading_options(command, arguments.table.reading);
  command.add_option("--methods", arguments.methods, "methods to compare (fp,pr-qq,bw-sq)")
      .separated_by(',');
  command.add_option("--bits", plan.bits, "widths to compare (2,3,4,5,6,7,8)").separated_by(',');
  command.add_option("--splits", plan.splits, "random splits to repeat the trainings on")
      .shows_default();
  command
      .add_option("--margin", arguments.margin_percent,
                  "percent of full precision's loss that counts as equal to it")
      .shows_default();
  command.add_option("--seed", plan.seed, "seed of the first split and of the search")
      .shows_default();
  command
      .add_option("--portfolio", arguments.portfolio,
                  "settings to choose from by cross-validation: none, default or FILE.json")
      .shows_default();
  command.add_option("--search", arguments.search, "choose from this many random settings");
  command
      .add_option("--space", arguments.space,
                  "where random settings are drawn from: paper or FILE.json")
      .shows_default();
  command.add_option("--folds", plan.folds, "folds of the cross-validation").shows_default();
  command.add_flag("--halving", plan.halving, "drop hopeless settings early (successive halving)");
}

}  // namespace

void add_study(Command program) {
  auto arguments = std::make_shared<StudyArguments>();
  arguments->jobs = std::max(1U, std::thread::hardware_concurrency());
  Command command = program.add_command(
      "study", "Compare methods and widths over repeated splits; can be stopped and resumed");
  command.add_option("DATA", arguments->data,
                     "data sets, DATA or NAME=DATA; of several with one NAME the rows follow each "
                     "other; see terse train --help");
  add_plan_options(command, *arguments);
  add_task_options(command, arguments->task, arguments->training);
  add_training_options(command, arguments->training);
  command.add_option("--jobs", arguments->jobs, "trainings at a time (all cores)")
      .between(1U, 1024U);
  command.add_option("--shard", arguments->shard, "run part INDEX/COUNT of the trainings")
      .shows_default();
  Option output =
      command.add_option("-o,--output", arguments->output, "folder of the study").is_written();
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments->quiet, "show no progress");

  auto folders = std::make_shared<std::vector<std::string>>();
  Command merge = command.add_command("merge", "Merge the results of several folders");
  merge.add_option("DIR", *folders, "folders that terse study -o wrote").required();
  merge.add_option("-o,--output", arguments->output, "folder to write").is_written().required();
  merge.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.runs([arguments, folders, output, merge, program] {
    if (merge.given()) return run_merge(*folders, arguments->output, arguments->json);
    if (!output.given()) throw UsageError("--output is required");
    arguments->plan.command = program.as_typed();
    arguments->table.quiet = arguments->quiet;
    run_study(*arguments);
  });
}

}  // namespace terse::cli
