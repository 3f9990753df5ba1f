"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.utils.decorators import method_decorator

from changes.models import User

#: What each demo account is there to show, in the order of a change's life.
DEMO_ACCOUNTS = {
    "service-manager": "raises RFCs and watches them move",
    "implementer": "does the work, at night, from the page",
    "change-manager": "selects, waives, decides the small ones",
    "chair": "leads the board and decides from its agenda",
    "member": "votes ahead of the meeting",
    "viewer": "sees what touches the services followed",
    "admin": "keeps the set-up data",
}


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page; in the demo it offers its accounts, and `?as=chair` fills in the name."""

    template_name = "changes/sign_in.html"
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "username": self.request.GET.get("as", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            there = set(User.objects.filter(username__in=DEMO_ACCOUNTS).values_list("username", flat=True))
            context["accounts"] = [(name, words) for name, words in DEMO_ACCOUNTS.items() if name in there]
        return context


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()
