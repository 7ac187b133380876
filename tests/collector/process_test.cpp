// The program itself: its address on stdout, a clean end, and nothing lost when it is killed.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstdio>

#include "fixture.hpp"

using namespace candor;
using namespace candor::collector;

namespace {

class Program {
public:
    explicit Program(std::vector<std::string> arguments) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        process_ = fork();
        REQUIRE(process_ >= 0);
        if (process_ == 0) run(arguments, ends);
        close(ends[1]);
        output_ = fdopen(ends[0], "r");
    }

    ~Program() {
        if (process_ > 0) end(SIGKILL);
        fclose(output_);
    }

    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    std::string line() {
        char text[256] = "";
        return fgets(text, sizeof(text), output_) ? text : "";
    }

    // The wait status.
    int end(int signal) {
        if (signal != 0) kill(process_, signal);
        int status = 0;
        REQUIRE(waitpid(process_, &status, 0) == process_);
        process_ = 0;
        return status;
    }

private:
    [[noreturn]] static void run(std::vector<std::string>& arguments, const int* ends) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        std::vector<char*> pointers{const_cast<char*>(COLLECTOR_PROGRAM)};
        for (std::string& argument : arguments) pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        execv(COLLECTOR_PROGRAM, pointers.data());
        _exit(127);
    }

    pid_t process_ = 0;
    FILE* output_ = nullptr;
};

std::string address_of(Program& program) {
    const std::string line = program.line();
    const std::string beginning = "listening on ";
    INFO(line);
    REQUIRE(line.rfind(beginning + "http://127.0.0.1:", 0) == 0);
    return line.substr(beginning.size(), line.size() - beginning.size() - 1);
}

std::vector<std::string> arguments_for(const std::string& database) {
    return {"--port", "0", "--database", database, "--write-key", kWriteKey, "--read-key", kReadKey};
}

}  // namespace

TEST_CASE("an accepted answer outlives kill -9, and SIGTERM is a clean end") {
    Folder folder;
    const std::string batch = batch_of({response_event({})});
    {
        Program program(arguments_for(folder.file("killed.db")));
        httplib::Client client(address_of(program));
        const auto result = client.Post("/v1/events", {{"Candor-Key", kWriteKey}}, batch, kBatchType);
        REQUIRE(result);
        REQUIRE(result->status == 200);
        CHECK(WIFSIGNALED(program.end(SIGKILL)));
    }
    Program program(arguments_for(folder.file("killed.db")));
    httplib::Client client(address_of(program));
    const auto again = client.Post("/v1/events", {{"Candor-Key", kWriteKey}}, batch, kBatchType);
    REQUIRE(again);
    CHECK(again->status == 200);
    const json::Value summary = json_of(client.Get("/v1/summary"));
    CHECK(at(at(summary, "surveys").array()[0], "n").integer() == 1);
    const int status = program.end(SIGTERM);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("it says what is wrong with its arguments") {
    Folder folder;
    Program no_key({"--port", "0", "--database", folder.file("x.db")});
    CHECK(no_key.line().find("--write-key") != std::string::npos);
    CHECK(WEXITSTATUS(no_key.end(0)) != 0);

    Program no_folder(arguments_for("/nowhere/at/all.db"));
    CHECK(no_folder.line().find("/nowhere/at/all.db") != std::string::npos);
    CHECK(WEXITSTATUS(no_folder.end(0)) == 1);
}
