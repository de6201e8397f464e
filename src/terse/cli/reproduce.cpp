// terse reproduce: the published tables and figures, ours beside them.
#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <thread>

#include "terse/base/error.h"
#include "terse/base/new_file.h"
#include "terse/cli/commands.h"
#include "terse/cli/study_options.h"
#include "terse/cli/study_view.h"
#include "terse/cli/summary.h"
#include "terse/cli/table_options.h"
#include "terse/cli/terminal.h"
#include "terse/report/write.h"
#include "terse/reproduce/document.h"
#include "terse/reproduce/published.h"
#include "terse/study/candidates.h"
#include "terse/study/results.h"
#include "terse/study/run.h"
#include "terse/study/summarise.h"
#include "terse/study/summary_file.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

namespace fs = std::filesystem;

struct ReproduceArguments {
  std::vector<std::string> targets, sets, data, methods;
  TableOptions table;  // but for the files
  std::vector<unsigned> bits;
  reproduce::ProtocolOptions protocol;
  std::string search = "portfolio";
  std::string shard = "1/1";
  std::string command;
  unsigned jobs = 1;
  std::string output;
  bool no_training = false;
  bool json = false;
  bool quiet = false;
};

// The plans of one invocation, and how their data is called.
struct Experiments {
  std::vector<study::Plan> plans;  ///< the tables' first, if there are any
  std::vector<std::string> names;  ///< of the files that keep them
};

void restrict_needs(reproduce::Needs& needs, const ReproduceArguments& arguments) {
  if (!arguments.methods.empty()) {
    std::set<quantize::Method> chosen;
    for (const std::string& id : arguments.methods) {
      const auto method = quantize::parse_method(id);
      if (!method || !needs.methods.contains(*method)) {
        throw base::InputError("--methods", "", text::in_quotes(id) + " is in none of these tables",
                               "leave --methods out to train all that are");
      }
      chosen.insert(*method);
    }
    needs.methods = chosen;
  }
  if (arguments.bits.empty()) return;
  for (const unsigned bits : arguments.bits) {
    if (!needs.bits.contains(bits)) {
      throw base::InputError("--bits", "", fmt::format("{} is in none of these tables", bits),
                             "leave --bits out to train all that are");
    }
  }
  needs.bits = {arguments.bits.begin(), arguments.bits.end()};
}

// Where a data set comes from: as --data says, else OpenML.
std::vector<std::string> sources_of(const reproduce::PublishedData& published,
                                    const ReproduceArguments& arguments) {
  for (const NamedData& data : named_tables(arguments.data)) {
    if (data.name == published.name) return data.files;
  }
  return {fmt::format("openml:{}", published.openml)};
}

// The published tables are complete numbers: what helps with others would not reproduce anything.
data::Table read_published(const TableOptions& options) {
  try {
    return read_training_table(options);
  } catch (const base::InputError& error) {
    if (error.remedy().find('`') == std::string::npos) throw;
    throw base::InputError(error.source(), error.place(), error.problem(),
                           "a published table is numbers without gaps, its target called target");
  }
}

void require_known(const std::vector<std::string>& names, const std::string& option) {
  for (const std::string& name : names) {
    bool known = false;
    for (const auto& published : reproduce::published_data()) {
      known = known || published.name == name;
    }
    if (known) continue;
    throw base::InputError(
        option, "", text::in_quotes(name) + " is not a data set of the publication",
        "choose from california, fried, superconduct, cpu_act, sulfur, wine_quality");
  }
}

bool wanted(const std::string& name, const ReproduceArguments& arguments) {
  return arguments.sets.empty() ||
         std::find(arguments.sets.begin(), arguments.sets.end(), name) != arguments.sets.end();
}

Experiments experiments_of(const std::vector<study::PlannedData>& data,
                           const reproduce::Needs& needs, const ReproduceArguments& arguments) {
  Experiments experiments;
  const auto add = [&](study::Plan plan, const std::string& name) {
    plan.command = arguments.command;
    plan.version = TERSE_VERSION;
    study::validate(plan);
    experiments.plans.push_back(std::move(plan));
    experiments.names.push_back(name);
  };
  if (!needs.methods.empty() && !data.empty()) {
    add(reproduce::tables_plan(data, needs, arguments.protocol), "tables");
  }
  for (const study::PlannedData& own : data) {
    if ((own.name == "wine_quality" && needs.wine_schedules) ||
        (own.name == "superconduct" && needs.superconduct_schedules)) {
      add(reproduce::schedules_plan(own, arguments.protocol), "schedules-" + own.name);
    }
  }
  return experiments;
}

// The machine that trained, which need not be the one that writes the tables.
fs::path hardware_file(const study::Journal& journal) {
  return journal.folder() / "hardware.txt";
}

// Trains what is missing. Tables are read here, so that --no-training needs none.
Experiments train_all(const reproduce::Needs& needs, const ReproduceArguments& arguments,
                      const study::Journal& journal) {
  std::vector<data::Table> tables;
  std::vector<study::PlannedData> planned;
  for (const auto& published : reproduce::published_data()) {
    const bool schedules = (published.name == "wine_quality" && needs.wine_schedules) ||
                           (published.name == "superconduct" && needs.superconduct_schedules);
    if (!wanted(published.name, arguments) || (needs.methods.empty() && !schedules)) continue;
    TableOptions table = arguments.table;
    table.data = sources_of(published, arguments);
    const bool file = table.data.front().find('.') != std::string::npos;
    if (file) table.target = "target";  // else the source knows it
    tables.push_back(read_published(table));
    planned.push_back(study::planned_data(published.name, tables.back().source, tables.back()));
  }
  base::write_file(hardware_file(journal), hardware_text());
  Experiments experiments = experiments_of(planned, needs, arguments);
  for (std::size_t i = 0; i < experiments.plans.size(); ++i) {
    const study::Plan& plan = experiments.plans[i];
    base::write_file(journal.folder() / (experiments.names[i] + ".json"), study::write_plan(plan));
    std::vector<data::Table> used;
    for (const study::PlannedData& own : plan.data) {
      for (std::size_t t = 0; t < planned.size(); ++t) {
        if (planned[t].name == own.name) used.push_back(tables[t]);
      }
    }
    StudyView view(arguments.quiet);
    study::RunOptions options;
    options.jobs = arguments.jobs;
    options.shard = parsed_shard(arguments.shard);
    options.stop = &stop_request();
    options.on_change = [&](const study::StudyProgress& progress) { view.show(progress); };
    run_resumable(plan, used, journal, options);
    if (!arguments.quiet) fmt::print(stderr, "\n");
  }
  return experiments;
}

// The plans that an earlier invocation left.
Experiments kept_experiments(const study::Journal& journal) {
  Experiments experiments;
  for (const std::string name : {"tables", "schedules-wine_quality", "schedules-superconduct"}) {
    const fs::path path = journal.folder() / (name + ".json");
    if (!fs::exists(path)) continue;
    experiments.plans.push_back(study::read_plan(text_of_file(path.string()), path.string()));
    experiments.names.push_back(name);
  }
  if (!experiments.plans.empty()) return experiments;
  throw base::InputError(journal.folder().string(), "", "holds no reproduction",
                         "leave --no-training out, or name the folder of an earlier one");
}

std::string settings_line(const study::Plan& plan) {
  std::size_t most = plan.candidates.size();
  for (const study::PlannedCell& cell : study::cells_of(plan)) {
    most = std::max(most, study::candidates_of(plan, cell));
  }
  if (most < 2) return "one setting for all cells";
  const char* fewer = most > plan.candidates.size() ? "at most " : "";
  return fmt::format("per cell the best of {}{} by {} folds of the training rows", fewer, most,
                     plan.folds);
}

void run_reproduce(ReproduceArguments& arguments) {
  reproduce::Needs needs = reproduce::needs_of(arguments.targets);
  restrict_needs(needs, arguments);
  require_known(arguments.sets, "--sets");
  std::vector<std::string> names;
  for (const std::string& text : arguments.data) names.push_back(named_data(text).first);
  require_known(names, "--data");
  if (arguments.search == "paper") {
    arguments.protocol.search = reproduce::Search::paper;
  } else if (arguments.search != "portfolio") {
    arguments.protocol.portfolio =
        study::read_portfolio(text_of_file(arguments.search), arguments.search);
  }
  const study::Journal journal(arguments.output);
  const Experiments experiments =
      arguments.no_training ? kept_experiments(journal) : train_all(needs, arguments, journal);
  study::Results results(journal);
  const study::FindResult find = [&](const study::Trial& trial) { return results.find(trial); };
  const std::string hardware = text_of_file(hardware_file(journal).string());
  reproduce::Document document;
  document.needs = needs;
  for (std::size_t i = 0; i < experiments.plans.size(); ++i) {
    const study::Plan& plan = experiments.plans[i];
    if (experiments.names[i] == "tables") {
      document.summary = study::summarise(plan, find, hardware);
      document.settings = settings_line(plan);
      report::write_all(document.summary, journal.folder() / "report");
      study::write_summary(document.summary, journal.folder() / "report");
      continue;
    }
    const auto losses = reproduce::schedule_losses(plan, find);
    document.schedules.insert(document.schedules.end(), losses.begin(), losses.end());
    if (document.summary.command.empty()) {
      document.summary.command = plan.command;
      document.summary.version = plan.version;
      document.summary.hardware = hardware;
      document.settings = fmt::format("{} folds", plan.folds);
    }
  }
  document.reproduction = reproduce::compare(document.summary);
  const std::string text = reproduce::markdown(document);
  base::write_file(journal.folder() / "reproduce.md", text);
  base::write_file(journal.folder() / "reproduce.json", reproduce::json_of(document));
  fmt::print("{}", arguments.json ? reproduce::json_of(document) : text);
}

}  // namespace

void add_reproduce(Command program) {
  auto arguments = std::make_shared<ReproduceArguments>();
  arguments->jobs = std::max(1U, std::thread::hardware_concurrency());
  Command command = program.add_command(
      "reproduce", "Train the published tables and figures again, and compare the results");
  command
      .add_option("TARGET", arguments->targets,
                  "table2, 3, 6, 7, 9, 10, 11, figure3 to figure12, or all")
      .required();
  command
      .add_option("-o,--output", arguments->output,
                  "folder of the run; an interrupted run is resumed")
      .is_written()
      .required();
  command
      .add_option("--data", arguments->data,
                  "NAME=DATA: from a file with a column named target, not from OpenML (repeatable)")
      .repeatable();
  add_reading_options(command, arguments->table.reading);
  command.add_option("--sets", arguments->sets, "these data sets only").separated_by(',');
  command.add_option("--methods", arguments->methods, "these methods only").separated_by(',');
  command.add_option("--bits", arguments->bits, "these widths only").separated_by(',');
  command.add_option("--splits", arguments->protocol.splits, "random splits").shows_default();
  command.add_option("--folds", arguments->protocol.folds, "folds of the search").shows_default();
  command
      .add_option("--seed", arguments->protocol.seed, "seed of the first split and of the search")
      .shows_default();
  command
      .add_option("--search", arguments->search,
                  "settings to choose from: portfolio (at most 512 units), paper (100 draws, for a "
                  "cluster) or FILE.json")
      .shows_default();
  command.add_option("--jobs", arguments->jobs, "trainings at a time (all cores)")
      .between(1U, 1024U);
  command.add_option("--shard", arguments->shard, "run part INDEX/COUNT of the trainings")
      .shows_default();
  command.add_flag("--no-training", arguments->no_training,
                   "only write the tables from what the folder holds");
  command.add_flag("--json", arguments->json, "machine-readable result on stdout");
  command.add_flag("--quiet", arguments->quiet, "show no progress");
  command.runs([arguments, program] {
    arguments->command = program.as_typed();
    arguments->table.quiet = arguments->quiet;
    run_reproduce(*arguments);
  });
}

}  // namespace terse::cli
