// An app that sends what lies in its storage: fault_sender FOLDER URL, then verbs by lines on stdin:
//   flush MS   says what candor_flush said
//   leave      returns from main, with all that runs
//   fork       makes a child that lives until stdin ends, and says so
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "candor/candor.h"
#include "candor/desktop.h"

// It leaves things behind on purpose, and so does its child.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

int main(int, char** arguments) {
    candor_desktop_http* http = candor_desktop_http_create(nullptr, nullptr);
    candor_host host{};
    host.size = sizeof host;
    host.http = candor_desktop_http_interface(http);
    candor_config config = CANDOR_CONFIG_INIT;
    config.project = candor_text("shop");
    config.storage_path = candor_text(arguments[1]);
    config.endpoint = candor_text(arguments[2]);
    config.write_key = candor_text("key");
    config.host = &host;
    const candor_client client = candor_start(&config, nullptr);
    for (std::string verb; std::getline(std::cin, verb);) {
        if (verb == "leave") return 0;
        if (verb == "fork") {
            // The child reads on; of the parent the test makes an end.
            if (fork() != 0) pause();
            std::cout << "forked" << std::endl;
            continue;
        }
        std::cout << candor_flush(client, std::atoi(verb.c_str() + 6)) << std::endl;
    }
    candor_close(client, 0);
    candor_desktop_http_destroy(http);
    return 0;
}
